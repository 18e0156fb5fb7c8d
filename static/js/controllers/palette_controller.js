// ⌘K: one field that finds any page; arrow keys choose, Enter goes.
import { Controller } from "@hotwired/stimulus";

const PAUSE = 120; // after the last key

export default class extends Controller {
  static targets = ["field", "list"];
  static values = { url: String };

  connect() {
    this.ends = new AbortController();
    document.addEventListener("keydown", (event) => this.#open(event), { signal: this.ends.signal });
  }

  disconnect() {
    this.ends.abort();
    clearTimeout(this.timer);
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#suggest(), PAUSE);
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.#choose(this.links.indexOf(this.chosen) + step);
    } else if (event.key === "Enter" && this.chosen) {
      event.preventDefault();
      this.chosen.click();
    }
  }

  get links() {
    return [...this.listTarget.querySelectorAll("a[href]")];
  }

  get chosen() {
    return this.listTarget.querySelector("a[aria-current=true]");
  }

  #open(event) {
    if (event.key !== "k" || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    if (!this.element.open) this.element.showModal();
    this.fieldTarget.select();
  }

  async #suggest() {
    const query = this.fieldTarget.value.trim();
    const address = `${this.urlValue}?${new URLSearchParams({ q: query })}`;
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || query !== this.fieldTarget.value.trim()) return;
    this.listTarget.innerHTML = await answer.text();
    this.#choose(0);
  }

  #choose(index) {
    const { links } = this;
    links.forEach((link) => link.removeAttribute("aria-current"));
    const link = links.at(index % (links.length || 1));
    link?.setAttribute("aria-current", "true");
    link?.scrollIntoView({ block: "nearest" });
  }
}
