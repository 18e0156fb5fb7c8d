// After the last frame: on to the next lesson, by itself where the member likes that, or once more.
import { visit } from "lectern/storage";

const WAIT = 8; // seconds
const FIELD = "input, textarea, select, [contenteditable], dialog[open]";
const GOES_ON = "lectern.goes-on";

// The page before this one went on by itself: this one starts by itself.
export function wentOn() {
  const isHere = visit.get(GOES_ON) === location.pathname;
  visit.remove(GOES_ON);
  return isHere;
}

export class Ending {
  #timer = 0;
  #waits = false; // for somebody who looks

  constructor(player, card, { signal }) {
    Object.assign(this, { player, card });
    const { video } = player;
    const listen = (target, name, run) => target?.addEventListener(name, run, { signal });
    listen(video, "ended", () => this.#show());
    for (const name of ["play", "seeking"]) listen(video, name, () => this.#hide());
    listen(document, "focusin", () => this.#isWriting && this.#stop());
    listen(document, "visibilitychange", () => this.#waits && !document.hidden && this.#count());
    listen(this.#part("again"), "click", async () => {
      await player.seek(0);
      player.play();
    });
    listen(this.#part("stay"), "click", () => this.#stay());
    listen(this.#part("always"), "change", ({ target }) => this.#prefer(target.checked));
    listen(this.#part("onward"), "click", (event) => {
      event.preventDefault();
      this.advance();
    });
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  #part(name) {
    return this.card.querySelector(`[data-part=${name}]`);
  }

  get url() {
    return this.#part("onward")?.href ?? "";
  }

  advance() {
    if (!this.url) return;
    visit.set(GOES_ON, new URL(this.url).pathname);
    location.assign(this.url);
  }

  // Whoever writes, or reads on below, is not carried away.
  get #isWriting() {
    const { activeElement: here } = document;
    return Boolean(here?.closest?.(FIELD)) && !this.player.contains(here);
  }

  get #isInView() {
    const { top, bottom } = this.card.getBoundingClientRect();
    return top + bottom > 0 && (top + bottom) / 2 < innerHeight && !this.player.hasAttribute("mini");
  }

  #show() {
    if (this.player.isLooping) return;
    this.card.hidden = false;
    if (this.player.contains(document.activeElement)) this.card.querySelector("a, button").focus();
    if (!this.url) return;
    const { preferences, isAway } = this.player;
    this.#part("always").checked = preferences.get("advances");
    const isFollowed = !isAway && !this.#isWriting && this.#isInView; // away, the next film would play here, not there
    const advances = preferences.get("advances") && isFollowed;
    this.#waits = advances && document.hidden;
    if (advances && !document.hidden) this.#count();
  }

  #stop() {
    clearInterval(this.#timer);
    this.#waits = false;
    delete this.card.dataset.counting;
  }

  #hide() {
    this.#stop();
    this.card.hidden = true;
  }

  #stay() {
    this.#stop();
    this.#part("again").focus();
  }

  #prefer(advances) {
    this.player.preferences.set("advances", advances);
    if (advances) this.#count();
    else this.#stay();
  }

  #count() {
    let left = WAIT;
    this.#waits = false;
    clearInterval(this.#timer);
    this.card.dataset.counting = "";
    const say = () => (this.#part("left").textContent = String(left));
    say();
    this.#timer = setInterval(() => {
      left -= 1;
      say();
      if (left > 0) return;
      clearInterval(this.#timer);
      this.advance();
    }, 1000);
  }
}
