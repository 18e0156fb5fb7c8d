// Asks again, every two seconds, how far an import is, for as long as something is at work.
const { Controller } = window.StimulusModule;
const EVERY = 2000;

export class ImportState extends Controller {
  static values = { url: String };

  connect() {
    this.timer = setInterval(() => this.look(), EVERY);
  }

  disconnect() {
    clearInterval(this.timer);
  }

  async look() {
    if (!this.element.querySelector("[data-active]")) return clearInterval(this.timer);
    const answer = await fetch(this.urlValue).catch(() => null);
    if (answer?.ok) this.element.innerHTML = await answer.text();
  }
}
