// Light, dark or as the system: changes at once, and a cookie tells the server and the next page.
import { Controller } from "@hotwired/stimulus";

const YEAR = 31_536_000;

export default class extends Controller {
  static targets = ["choice"];

  connect() {
    this.#mark();
  }

  choose({ target }) {
    const { value } = target;
    const root = document.documentElement;
    if (value) root.dataset.theme = value;
    else delete root.dataset.theme;
    document.cookie = `theme=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax`;
    this.#mark();
  }

  #mark() {
    const chosen = document.documentElement.dataset.theme ?? "";
    this.choiceTargets.forEach((choice) => (choice.checked = choice.value === chosen));
  }
}
