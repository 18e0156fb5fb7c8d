// The keys of a player; they work anywhere on the page except where somebody types.
import { hasTurn } from "lectern/player/turn";

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5];
const TYPING = "input, textarea, select, [contenteditable], dialog[open], [role=menu]";
const PRESSABLE = "a[href], button, summary, [role=tab], [role=button]";
const ARROWS = "[role=tablist], [role=slider], media-time-range, media-volume-range, media-chrome-menu";

export class Keyboard {
  #player;
  #keys;

  constructor(player, { signal, osd }) {
    this.#player = player;
    this.osd = osd;
    this.#keys = this.#map();
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  #map() {
    const toggle = () => this.#player.toggle();
    return {
      " ": toggle,
      k: toggle,
      j: () => this.#seek(-10),
      l: () => this.#seek(10),
      ArrowLeft: () => this.#seek(-5),
      ArrowRight: () => this.#seek(5),
      ArrowUp: () => this.#volume(0.05),
      ArrowDown: () => this.#volume(-0.05),
      m: () => this.#mute(),
      f: () => this.#request("fullscreen", document.fullscreenElement),
      p: () => this.#request("pip", document.pictureInPictureElement),
      c: () => this.#captions(),
      "<": () => this.#rate(-1),
      ">": () => this.#rate(1),
      Home: () => this.#player.seek(0),
      End: () => this.#player.seek(this.#player.duration),
      ",": () => this.#frame(-1),
      ".": () => this.#frame(1),
      "[": () => this.#tool(({ loop }) => loop.from()),
      "]": () => this.#tool(({ loop }) => loop.to()),
      "\\": () => this.#tool(({ loop }) => loop.clear()),
      s: () => this.#tool((tools) => tools.share()),
      x: () => this.#tool(({ sound }) => sound.toggle()),
      PageUp: () => this.#tool(({ chapters }) => chapters.step(-1)),
      PageDown: () => this.#tool(({ chapters }) => chapters.step(1)),
      "?": () => this.#player.showKeys(),
    };
  }

  async #tool(run) {
    run(await this.#player.extras());
  }

  #frame(step) {
    const { video } = this.#player;
    if (video.paused) this.#player.seek(video.currentTime + step / 25);
  }

  #press(event) {
    const { key, ctrlKey, metaKey, altKey, defaultPrevented } = event;
    if (ctrlKey || metaKey || altKey || defaultPrevented || this.#isTaken(event)) return;
    if (!hasTurn(this.#player) || this.#isOff(key)) return;
    if (key === "N" && event.shiftKey) this.#player.advance();
    const run = /^\d$/.test(key) ? () => this.#tenth(Number(key)) : this.#keys[key] ?? this.#keys[key.toLowerCase()];
    if (!run || (key.startsWith("Page") && !this.#hasChapters)) return;
    event.preventDefault();
    run();
  }

  // Letters, digits and signs, for whoever speaks to their device or hits keys by chance.
  #isOff(key) {
    return key.length === 1 && key !== " " && !this.#player.preferences.get("letters");
  }

  // What has the focus may need the key itself.
  #isTaken({ key, target }) {
    const isIn = (selector) => Boolean(target.closest?.(selector));
    if (isIn(TYPING)) return true;
    if (key === " ") return isIn(PRESSABLE) || target.localName?.startsWith("media-");
    return (key.startsWith("Arrow") || key === "Home" || key === "End") && (isIn(ARROWS) || !this.#player.isNear);
  }

  #seek(by) {
    this.#player.seek(this.#player.video.currentTime + by);
    this.osd(`${by > 0 ? "+" : "−"}${Math.abs(by)} s`);
  }

  #tenth(number) {
    this.#player.seek((this.#player.duration * number) / 10);
    this.osd(`${number * 10} %`);
  }

  #volume(by) {
    const { video } = this.#player;
    video.volume = Math.min(Math.max(video.volume + by, 0), 1);
    video.muted = video.volume === 0;
    this.osd(`${Math.round(video.volume * 100)} %`);
  }

  #mute() {
    const { video, words } = this.#player;
    video.muted = !video.muted;
    this.osd(video.muted ? words.muted : words.unmuted);
  }

  #rate(step) {
    const { video } = this.#player;
    const here = RATES.findIndex((rate) => rate >= video.playbackRate);
    video.playbackRate = RATES[Math.min(Math.max(here + step, 0), RATES.length - 1)];
    this.osd(`${video.playbackRate}×`);
  }

  get #hasChapters() {
    return Boolean(this.#player.isPlaying && this.#player.video.querySelector("track[kind=chapters]"));
  }

  #captions() {
    this.#tool(({ captions }) => captions.toggle());
  }

  async #request(what, isOn) {
    await this.#player.controls();
    const type = `media${isOn ? "exit" : "enter"}${what}request`;
    this.#player.stage.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true }));
  }
}
