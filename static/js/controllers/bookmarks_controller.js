// Moments of a video a member marks and comes back to.
import { Controller } from "@hotwired/stimulus";
import { api } from "lectern/api";
import { clock } from "lectern/clock";

export default class extends Controller {
  static targets = ["form", "second", "label", "now", "list", "row", "empty"];
  static values = { page: Number };

  connect() {
    this.player = document.querySelector("lectern-player");
    this.video = this.player?.querySelector("video");
    this.show = () => this.#show();
    this.video?.addEventListener("timeupdate", this.show);
  }

  disconnect() {
    this.video?.removeEventListener("timeupdate", this.show);
  }

  go(event) {
    event.preventDefault();
    this.player.seek(Number(event.currentTarget.dataset.second));
    this.player.scrollIntoView({ block: "start", behavior: "smooth" });
  }

  async add(event) {
    event.preventDefault();
    const body = { second: Number(this.secondTarget.value), label: this.labelTarget.value };
    const { ok, data } = await api(`/pages/${this.pageValue}/bookmarks`, { method: "POST", body });
    if (!ok) return this.formTarget.submit();
    this.labelTarget.value = "";
    this.#insert(data);
  }

  async remove(event) {
    event.preventDefault();
    const row = event.currentTarget.closest("li");
    const { ok } = await api(`/bookmarks/${row.dataset.bookmark}`, { method: "DELETE" });
    if (!ok) return;
    row.remove();
    this.#count();
  }

  #show() {
    if (document.activeElement === this.labelTarget && this.video.paused) return;
    this.secondTarget.value = String(Math.floor(this.video.currentTime));
    this.nowTarget.textContent = clock(Math.floor(this.video.currentTime));
  }

  #insert({ id, second, label }) {
    this.listTarget.querySelector(`[data-bookmark="${id}"]`)?.remove();
    const row = this.rowTarget.content.cloneNode(true).firstElementChild;
    row.dataset.bookmark = String(id);
    const link = row.querySelector("a");
    Object.assign(link, { href: `?t=${second}`, textContent: clock(second) });
    link.dataset.second = String(second);
    row.querySelector("[data-part=label]").textContent = label;
    const after = [...this.listTarget.children].find((other) => this.#second(other) > second);
    this.listTarget.insertBefore(row, after ?? null);
    this.#count();
  }

  #second(row) {
    return Number(row.querySelector("a").dataset.second);
  }

  #count() {
    this.emptyTarget.hidden = this.listTarget.childElementCount > 0;
  }
}
