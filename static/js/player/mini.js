// Reading on while the video plays: it follows as a small window in the corner.

export function followScroll(player, frame, { signal, onClose }) {
  let isDismissed = false;
  let isAbove = false;
  const look = () => player.toggleAttribute("mini", isAbove && player.isPlaying && !isDismissed);
  const observer = new IntersectionObserver(
    (entries) => {
      const { isIntersecting, boundingClientRect } = entries.at(-1);
      if (isIntersecting) isDismissed = false;
      isAbove = !isIntersecting && boundingClientRect.top < 0;
      look();
    },
    { threshold: 0.25 },
  );
  player.video.addEventListener("play", look, { signal });
  observer.observe(frame);
  signal.addEventListener("abort", () => observer.disconnect());
  player.querySelector("[data-part=mini-close]").addEventListener(
    "click",
    () => {
      isDismissed = true;
      player.removeAttribute("mini");
      onClose();
    },
    { signal },
  );
}
