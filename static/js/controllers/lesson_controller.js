// The lesson around its player: how much is watched, completion, the outline, keys of the page.
import { Controller } from "@hotwired/stimulus";
import { api } from "lectern/api";
import { areOff } from "lectern/letters";
import { toast } from "lectern/toast";

const TYPING = "input, textarea, select, [contenteditable], dialog[open]";

export default class extends Controller {
  static targets = ["form", "watched", "percent", "button", "done", "outline"];
  static values = { page: Number, goal: Number };

  connect() {
    this.ends = new AbortController();
    const listen = (name, run) => this.element.addEventListener(name, run, { signal: this.ends.signal });
    listen("player:progress", ({ detail }) => detail.page === this.pageValue && this.#grow(detail.fraction));
    listen("player:completed", () => this.#completed());
    const { signal } = this.ends;
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
    document.addEventListener("player:note", ({ detail }) => this.#write(detail.seconds), { signal });
    this.element.addEventListener("click", (event) => this.#jump(event), { signal });
  }

  disconnect() {
    this.ends.abort();
  }

  async complete(event) {
    event.preventDefault();
    this.buttonTarget.setAttribute("aria-busy", "true");
    const { ok } = await api(`/pages/${this.pageValue}/complete`, { method: "POST" });
    this.buttonTarget.removeAttribute("aria-busy");
    if (ok) this.#completed();
    else event.target.submit();
  }

  #grow(fraction) {
    if (!this.hasPercentTarget) return;
    const percent = Math.floor(fraction * 100);
    this.percentTarget.textContent = String(percent);
    const ring = this.watchedTarget.querySelector("circle + circle");
    ring.setAttribute("stroke-dasharray", `${percent} 100`);
    ring.toggleAttribute("visibility", false);
    ring.removeAttribute("stroke");
  }

  #completed() {
    if (!this.hasDoneTarget || !this.doneTarget.hidden) return;
    this.watchedTarget.hidden = true;
    this.buttonTarget.hidden = true;
    this.doneTarget.hidden = false;
    toast(this.doneTarget.textContent.trim());
    this.#redraw();
  }

  // The outline's check and ring come from the server, so that both always agree.
  async #redraw() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-lesson-target=outline]");
    if (fresh) this.outlineTarget.replaceWith(document.adoptNode(fresh));
  }

  #press(event) {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || target.closest?.(TYPING) || areOff()) return;
    if ("nbt".includes(key)) event.preventDefault();
    if (key === "n") this.#note();
    if (key === "t") this.#goTo("transcript", "[type=search]");
    if (key === "b") this.#goTo("bookmarks", "[name=label]");
    if (key === "?") document.getElementById("shortcuts")?.showModal();
  }

  get #player() {
    return this.element.querySelector("lectern-player");
  }

  // A note at a second of what plays; an empty line where nothing does.
  #note() {
    const { currentTime = 0 } = this.#player?.video ?? {};
    this.#write(currentTime ? Math.floor(currentTime) : null);
  }

  #write(seconds) {
    this.#goTo("notes", "textarea");
    if (seconds === null) return;
    const form = this.element.querySelector("[data-controller~=notes]");
    this.application.getControllerForElementAndIdentifier(form, "notes")?.mark(seconds);
  }

  // [12:34](#t=754), wherever it stands in this lesson, goes to that second.
  #jump(event) {
    const seconds = event.target.closest?.("a[href^='#t=']")?.hash.slice(3);
    if (!seconds || !this.#player?.seek) return;
    event.preventDefault();
    this.#player.seek(Number(seconds));
    this.#player.play();
    this.#player.scrollIntoView({ block: "start", behavior: "smooth" });
  }

  #goTo(name, field) {
    const tabs = this.element.querySelector("[data-controller~=tabs]");
    this.application.getControllerForElementAndIdentifier(tabs, "tabs")?.open({ detail: { name } });
    requestAnimationFrame(() => this.element.querySelector(`#${name} ${field}`)?.focus());
  }
}
