// A shelf that scrolls sideways: buttons where there is more to see, arrow keys card by card.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  connect() {
    this.ends = new AbortController();
    const { signal } = this.ends;
    this.element.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.element.addEventListener("scroll", () => this.#see(), { signal, passive: true });
    const current = this.element.querySelector("[data-current]");
    if (current) this.element.scrollLeft += this.#from(current);
    this.sizes = new ResizeObserver(() => this.#see());
    this.sizes.observe(this.element);
  }

  disconnect() {
    this.ends.abort();
    this.sizes.disconnect();
  }

  // How far a card stands from where the first one rests.
  #from(card) {
    const first = this.element.firstElementChild.getBoundingClientRect().left;
    return card.getBoundingClientRect().left - first;
  }

  #press(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.target !== this.element) return;
    event.preventDefault();
    const card = this.element.firstElementChild?.getBoundingClientRect().width ?? 200;
    this.element.scrollBy({ left: step * card, behavior: "smooth" });
  }

  // What the stylesheet fades: an edge beyond which there is more.
  #see() {
    const { scrollLeft, scrollWidth, clientWidth } = this.element;
    const room = scrollWidth - clientWidth;
    this.element.toggleAttribute("data-more-before", Math.abs(scrollLeft) > 8);
    this.element.toggleAttribute("data-more-after", room - Math.abs(scrollLeft) > 8);
    this.element.tabIndex = room > 8 ? 0 : -1;
  }
}
