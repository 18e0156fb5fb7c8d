// Asks again while a transcript is being written, and shows the page anew when it is there.
import { announce, news, statesOf } from "../announce.js";

const { Controller } = window.StimulusModule;
const EVERY = 2000;

export class WordsWork extends Controller {
  static values = { url: String, busy: Boolean };

  connect() {
    if (this.busyValue) this.timer = setTimeout(() => this.look(), EVERY);
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  async look() {
    try {
      const response = await fetch(this.urlValue, { credentials: "same-origin" });
      const holder = document.createElement("template");
      holder.innerHTML = (await response.text()).trim();
      const piece = holder.content.firstElementChild;
      announce(news(statesOf(this.element), statesOf(piece)));
      if (piece.dataset.busy === "true") this.element.replaceWith(piece);
      else window.location.reload();
    } catch {
      this.timer = setTimeout(() => this.look(), EVERY * 4);
    }
  }
}
