// How much of a line of time is seen: it grows inside what scrolls, around a second that stays.
import { secondAt } from "./line.js";

const FINEST = 60; // pixels of a second at most
const WIDEST = 60_000; // pixels of a line at most
const APART = 72; // pixels between two written times at least
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

// Returns the seconds that are written along a line so many pixels wide.
export function ticks(whole, width) {
  const step = STEPS.find((one) => (one * width) / whole >= APART) ?? STEPS.at(-1);
  return whole > 0 ? Array.from({ length: Math.ceil(whole / step) }, (_one, n) => n * step) : [];
}

export class Zoom {
  factor = 1;

  constructor({ scroller, line, whole }) {
    Object.assign(this, { scroller, line, whole });
  }

  get most() {
    return Math.max(Math.min(FINEST * this.whole(), WIDEST) / (this.scroller.clientWidth || 1), 1);
  }

  // Where a second lies, in pixels of what scrolls.
  #left(second) {
    const [frame, line] = [this.scroller, this.line].map((one) => one.getBoundingClientRect());
    return line.left - frame.left + (line.width * second) / (this.whole() || 1);
  }

  to(factor, around) {
    const before = this.#left(around);
    this.factor = Math.min(Math.max(factor, 1), this.most);
    this.line.style.inlineSize = this.factor > 1 ? `${100 * this.factor}%` : "";
    this.scroller.scrollLeft += this.#left(around) - before;
  }

  // Around the playhead where it is seen, else around the middle.
  get middle() {
    const { left, width } = this.scroller.getBoundingClientRect();
    return secondAt(this.line, left + width / 2, this.whole());
  }

  isSeen(second) {
    const left = this.#left(second);
    return left >= 0 && left <= this.scroller.clientWidth;
  }

  // A playhead that left comes back in at the start of what is seen.
  show(second, share = 0.1) {
    if (!this.isSeen(second)) this.scroller.scrollLeft += this.#left(second) - share * this.scroller.clientWidth;
  }
}
