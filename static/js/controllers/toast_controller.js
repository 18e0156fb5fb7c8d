// A toast goes by itself, or by its button.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static values = { after: { type: Number, default: 6000 } };

  connect() {
    this.timer = setTimeout(() => this.close(), this.afterValue);
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  close() {
    this.element.remove();
  }
}
