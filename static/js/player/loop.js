// A part that is repeated, from A to B; both are marked on the bar.
import { clock } from "lectern/clock";

const SHORTEST = 0.5; // seconds

export class Loop {
  start = null;
  end = null;

  constructor(player, { signal }) {
    this.player = player;
    player.video.addEventListener("timeupdate", () => this.#turn(), { signal });
    player.video.addEventListener("ended", () => this.isWhole && this.#again(), { signal });
  }

  get isWhole() {
    return this.end !== null;
  }

  get state() {
    if (this.start === null) return "none";
    return this.isWhole ? "whole" : "open";
  }

  from(seconds = this.player.video.currentTime) {
    this.start = seconds;
    this.end = null;
    this.#tell(this.player.words.loopFrom);
  }

  to(seconds = this.player.video.currentTime) {
    if (this.start === null || seconds - this.start < SHORTEST) return this.from(seconds);
    this.end = seconds;
    this.#tell(this.player.words.loopTo);
    this.#again();
    return undefined;
  }

  clear() {
    this.start = this.end = null;
    this.#tell(this.player.words.loopOff);
  }

  // One button for all three.
  next() {
    ({ none: () => this.from(), open: () => this.to(), whole: () => this.clear() })[this.state]();
  }

  #tell(words) {
    const at = { none: "", open: clock(this.start), whole: `${clock(this.start)} – ${clock(this.end)}` }[this.state];
    this.player.osd(`${words} ${at}`.trim());
    this.#mark();
    this.player.dispatchEvent(new CustomEvent("player:loop", { detail: this.state }));
  }

  #turn() {
    const { video } = this.player;
    if (this.isWhole && !video.seeking && (video.currentTime >= this.end || video.currentTime < this.start - 1)) {
      this.#again();
    }
  }

  #again() {
    const { video } = this.player;
    video.currentTime = this.start;
    if (video.ended || video.paused) video.play().catch(() => {});
  }

  #mark() {
    const mark = this.player.part("loop");
    mark.hidden = this.start === null;
    const whole = this.player.duration || 1;
    mark.style.setProperty("--from", String((this.start ?? 0) / whole));
    mark.style.setProperty("--to", String((this.end ?? this.start ?? 0) / whole));
  }
}
