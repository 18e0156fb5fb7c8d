// Links to sections become tabs: one section at a time, arrow keys, the address keeps the choice.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["list", "tab", "panel"];

  connect() {
    this.listTarget.setAttribute("role", "tablist");
    this.tabTargets.forEach((tab) => this.#dress(tab));
    this.panelTargets.forEach((panel) => {
      panel.setAttribute("role", "tabpanel");
      panel.tabIndex = 0;
    });
    const asked = this.tabTargets.find((tab) => tab.hash === location.hash);
    this.#select(asked ?? this.tabTargets[0]);
    this.listTarget.addEventListener("keydown", (event) => this.#move(event));
  }

  // Others may ask for a section by its name.
  open({ detail: { name } }) {
    const tab = this.tabTargets.find(({ hash }) => hash === `#${name}`);
    if (tab) this.#select(tab);
  }

  #dress(tab) {
    const id = tab.hash.slice(1);
    tab.id = `tab-${id}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", id);
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(history.state, "", tab.hash);
      this.#select(tab);
    });
  }

  #select(chosen) {
    for (const tab of this.tabTargets) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
    for (const panel of this.panelTargets) {
      panel.hidden = `#${panel.id}` !== chosen.hash;
      panel.setAttribute("aria-labelledby", `tab-${panel.id}`);
    }
  }

  #move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const here = this.tabTargets.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    const way = getComputedStyle(this.element).direction === "rtl" ? -step : step;
    const next = this.tabTargets.at((here + way) % this.tabTargets.length);
    next.focus();
    this.#select(next);
  }
}
