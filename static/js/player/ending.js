// After the last frame: on to the next lesson, or once more.

export function atTheEnd(player, card, { signal }) {
  const { video } = player;
  const listen = (target, name, run) => target.addEventListener(name, run, { signal });
  listen(video, "ended", () => {
    card.hidden = false;
    if (player.contains(document.activeElement)) card.querySelector("a, button").focus();
  });
  for (const name of ["play", "seeking"]) listen(video, name, () => (card.hidden = true));
  listen(card.querySelector("[data-part=again]"), "click", async () => {
    await player.seek(0);
    player.play();
  });
}
