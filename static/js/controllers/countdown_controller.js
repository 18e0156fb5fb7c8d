// Counts down to a moment in the reader's words; the page is fetched anew when its state changes.
import { Controller } from "@hotwired/stimulus";

const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

export default class extends Controller {
  static targets = ["text"];
  static values = { at: String, until: String, reload: { type: Number, default: 0 } };

  connect() {
    this.words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
    this.first = this.#left();
    this.#tick();
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  #left() {
    return (new Date(this.atValue) - Date.now()) / 1000;
  }

  #tick() {
    const left = this.#left();
    const isDoor = this.first > this.reloadValue && left <= this.reloadValue;
    const isStart = this.first > 0 && left <= 0;
    if (isDoor || isStart) return location.reload();
    if (left > 0 && this.hasTextTarget) this.textTarget.textContent = this.#said(left);
    this.timer = setTimeout(() => this.#tick(), left < 3600 ? 1000 : 30_000);
  }

  // Two units are exact enough: “in 2 days, 4 hours” says more than seconds would.
  #said(left) {
    const index = UNITS.findIndex(([, size]) => left >= size);
    const [unit, size] = UNITS[Math.max(index, 0)];
    const rest = UNITS[index + 1];
    const whole = Math.floor(left / size);
    const first = this.words.format(whole, unit);
    if (!rest || unit === "minute" && whole >= 10) return first;
    const more = Math.floor((left % size) / rest[1]);
    const unitWords = { style: "unit", unit: rest[0], unitDisplay: "long" };
    return more ? `${first}, ${new Intl.NumberFormat(this.#language, unitWords).format(more)}` : first;
  }

  get #language() {
    return document.documentElement.lang;
  }
}
