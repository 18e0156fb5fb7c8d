// Reading on while the video plays: it follows as a small window in the corner.

export function followScroll(player, frame, { signal, onClose }) {
  let isDismissed = false;
  const observer = new IntersectionObserver(
    ([{ isIntersecting, boundingClientRect }]) => {
      if (isIntersecting) isDismissed = false;
      const isAbove = !isIntersecting && boundingClientRect.top < 0;
      player.toggleAttribute("mini", isAbove && player.isPlaying && !isDismissed);
    },
    { threshold: 0.25 },
  );
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
