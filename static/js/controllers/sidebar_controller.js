// Folds the sidebar to icons; a cookie tells the server, so that the next page does not jump.
import { Controller } from "@hotwired/stimulus";

const YEAR = 31_536_000;

export default class extends Controller {
  connect() {
    this.#say();
  }

  fold() {
    document.body.toggleAttribute("data-rail");
    const value = document.body.hasAttribute("data-rail") ? "folded" : "open";
    document.cookie = `sidebar=${value}; path=/; max-age=${YEAR}; samesite=lax`;
    this.#say();
  }

  #say() {
    this.element.setAttribute("aria-pressed", String(document.body.hasAttribute("data-rail")));
  }
}
