// The bell: opens what is new in a popover, and looks again each minute while somebody looks.
// (htmx would ask by `hx-trigger="every 60s [visible]"`, whose condition the policy forbids.)
import { Controller } from "@hotwired/stimulus";

const MINUTE = 60_000;

export default class extends Controller {
  static targets = ["button", "count", "list"];
  static values = { url: String, unread: Number };

  connect() {
    this.ends = new AbortController();
    const { signal } = this.ends;
    document.addEventListener("visibilitychange", () => this.#visible(), { signal });
    this.listTarget.addEventListener("toggle", (event) => this.#opened(event), { signal });
    this.buttonTarget.setAttribute("role", "button");
    this.buttonTarget.setAttribute("aria-haspopup", "dialog");
    this.buttonTarget.setAttribute("aria-expanded", "false");
    this.asked = Date.now();
    this.timer = setInterval(() => this.#visible(), MINUTE);
  }

  disconnect() {
    this.ends.abort();
    clearInterval(this.timer);
  }

  async toggle(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (this.listTarget.matches(":popover-open")) return this.listTarget.hidePopover();
    const known = await this.#ask();
    if (known) this.listTarget.showPopover();
    else location.assign(this.buttonTarget.href);
  }

  press(event) {
    if (event.key !== " ") return;
    event.preventDefault();
    this.toggle(event);
  }

  async readAll(event) {
    event.preventDefault();
    const form = event.target;
    const headers = { "X-Requested-With": "fetch" };
    const body = new FormData(form);
    const answer = await fetch(form.action, { method: "POST", headers, body }).catch(() => null);
    if (!answer?.ok) return form.submit();
    await this.#ask();
    this.listTarget.querySelector("a, button")?.focus();
  }

  #opened({ newState }) {
    const isOpen = newState === "open";
    this.buttonTarget.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.listTarget.querySelector("button, a")?.focus({ focusVisible: false });
    else if (this.listTarget.contains(document.activeElement)) this.buttonTarget.focus();
  }

  #visible() {
    if (document.hidden || Date.now() - this.asked < MINUTE - 1000) return;
    this.#ask();
  }

  async #ask() {
    this.asked = Date.now();
    const answer = await fetch(this.urlValue, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return false;
    this.listTarget.innerHTML = await answer.text();
    this.#say(Number(this.listTarget.firstElementChild?.dataset.unread ?? 0));
    return true;
  }

  #say(unread) {
    this.unreadValue = unread;
    this.countTarget.hidden = !unread;
    this.countTarget.textContent = unread > 9 ? "9+" : String(unread);
    const label = this.listTarget.firstElementChild?.dataset.label;
    if (label) this.buttonTarget.setAttribute("aria-label", label);
  }
}
