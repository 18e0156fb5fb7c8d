// A form that is sent once: its buttons rest until the next page is there.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  connect() {
    this.awake = () => this.rest(false); // the browser's "back" shows this page as it was left
    this.rested = (event) => this.sent(event);
    this.element.addEventListener("submit", this.rested);
    window.addEventListener("pageshow", this.awake);
  }

  disconnect() {
    this.element.removeEventListener("submit", this.rested);
    window.removeEventListener("pageshow", this.awake);
  }

  sent(event) {
    if (this.isSent) event.preventDefault();
    this.isSent = true;
    setTimeout(() => this.rest(true)); // by then the form has taken its button's value
  }

  rest(isSent) {
    this.isSent = isSent;
    for (const button of this.element.querySelectorAll("button")) button.disabled = isSent;
  }
}
