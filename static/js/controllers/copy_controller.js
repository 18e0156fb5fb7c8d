// Copies a field's text, and says so on the button for a moment.
import { Controller } from "@hotwired/stimulus";

const SAID = 2000;

export default class extends Controller {
  static targets = ["text", "button"];

  async copy() {
    this.textTarget.select();
    const text = this.textTarget.value;
    const isDone = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    if (!isDone && !document.execCommand("copy")) return;
    const words = this.buttonTarget.querySelector("span");
    const before = (this.before ??= words.textContent);
    words.textContent = this.buttonTarget.dataset.copyDone;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (words.textContent = before), SAID);
  }

  disconnect() {
    clearTimeout(this.timer);
  }
}
