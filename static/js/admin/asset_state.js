// Shows how an asset stands, and asks again while work goes on.
import { announce, news, statesOf } from "./announce.js";
import { uploads } from "./uploads.js";

const { Controller } = window.StimulusModule;
const EVERY = 1500;

async function fragment(url, options = {}) {
  const headers = { "X-Requested-With": "XMLHttpRequest", ...options.headers };
  const response = await fetch(url, { credentials: "same-origin", ...options, headers });
  if (!response.ok) {
    const words = response.status === 409 ? (await response.text()).trim() : "";
    throw Object.assign(new Error(String(response.status)), { words });
  }
  const holder = document.createElement("template");
  holder.innerHTML = (await response.text()).trim();
  return holder.content.firstElementChild;
}

class Polling extends Controller {
  connect() {
    if (this.busyValue) this.later();
    this.onVisible = () => document.hidden || (this.busyValue && this.refresh());
    document.addEventListener("visibilitychange", this.onVisible);
  }

  disconnect() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisible);
  }

  later(wait = EVERY) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), wait);
  }

  async refresh() {
    if (!this.urlValue || document.hidden) return;
    try {
      const piece = await fragment(this.urlValue);
      if (!this.element.isConnected) return;
      const shown = this.element.firstElementChild;
      if (shown) announce(news(statesOf(shown), statesOf(piece)));
      this.show(piece);
      this.busyValue = piece.dataset.busy === "true";
      if (this.busyValue) this.later();
    } catch {
      this.later(EVERY * 4); // the line may be back by then
    }
  }
}

export class AssetState extends Polling {
  static values = { url: String, busy: Boolean };

  connect() {
    super.connect();
    this.onSent = ({ detail }) => this.count(detail);
    uploads.addEventListener("changed", this.onSent);
  }

  disconnect() {
    super.disconnect();
    uploads.removeEventListener("changed", this.onSent);
  }

  // This window knows sooner than the server how much of its own upload is sent.
  count({ asset, sent, size }) {
    const shown = this.element.firstElementChild;
    if (shown?.dataset.asset !== asset || shown.dataset.status !== "uploading") return;
    const percent = Math.floor((100 * sent) / size);
    const words = shown.querySelector(".asset-state__percent");
    const bar = shown.querySelector("progress");
    if (!words || !bar) return; // no upload has begun yet, as the server saw it
    words.textContent = `${percent} %`;
    bar.value = percent;
  }

  urlValueChanged(url, before) {
    if (before !== undefined && url && url !== before) this.refresh();
    if (!url) this.element.replaceChildren();
  }

  show(piece) {
    const shown = this.element.firstElementChild;
    if (shown?.outerHTML === piece.outerHTML) return;
    const active = this.element.contains(document.activeElement) ? document.activeElement : null;
    this.element.replaceChildren(piece);
    if (active) piece.querySelector(active.matches("a") ? "a[aria-current]" : "button")?.focus();
    const { status, playable, asset } = piece.dataset;
    const mine = uploads.items.find((item) => item.asset === asset);
    if (mine) this.count(mine);
    this.dispatch("changed", { detail: { status, playable: playable === "true", asset } });
  }

  // Another piece of the same kind takes this one's place; without this the link opens the page.
  choose(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.history.replaceState(window.history.state, "", event.currentTarget.href);
    this.urlValue = event.params.url;
  }

  async retry({ currentTarget, params }) {
    currentTarget.disabled = true;
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    const headers = { "X-CSRFToken": token ?? window.wagtailConfig?.CSRF_TOKEN ?? "" };
    try {
      this.show(await fragment(params.url, { method: "POST", headers }));
      this.busyValue = true;
      this.later();
    } catch ({ words }) {
      currentTarget.disabled = false;
      this.refuse(currentTarget, words || params.failed);
    }
  }

  // Say beside the button why nothing begins; in a table, where a stage says why it failed.
  refuse(button, words) {
    this.element.querySelector("[data-part=refusal]")?.remove();
    const stage = button.closest("tr")?.querySelector("th");
    const line = document.createElement("span");
    Object.assign(line, { className: stage ? "asset-stages__error" : "asset-state__error", textContent: words });
    line.dataset.part = "refusal";
    line.setAttribute("role", "alert");
    if (stage) stage.append(line);
    else button.after(line);
    button.focus();
  }
}

export class LivePiece extends Polling {
  static values = { url: String, busy: Boolean };

  connect() {
    super.connect();
    this.onSent = ({ detail }) => this.begin(detail);
    uploads.addEventListener("done", this.onSent);
  }

  disconnect() {
    super.disconnect();
    uploads.removeEventListener("done", this.onSent);
  }

  // A file for what is shown here has come from this window: work on it begins.
  begin({ asset }) {
    if (!asset || !this.urlValue.includes(asset)) return;
    this.busyValue = true;
    this.refresh();
  }

  show(piece) {
    const active = document.activeElement;
    const isHere = this.element.contains(active);
    if (isHere && active.matches("button")) return; // not under a finger
    for (const { id, open } of this.element.querySelectorAll("details[id]")) {
      piece.querySelector(`#${CSS.escape(id)}`)?.toggleAttribute("open", open);
    }
    this.element.replaceChildren(piece);
    if (isHere && active.id) document.getElementById(active.id)?.focus();
  }
}

export class AssetChip extends Polling {
  static values = { url: String, busy: Boolean };

  show(piece) {
    const chip = piece.querySelector(".asset-chip");
    const percent = piece.querySelector(".asset-state__percent");
    if (percent) chip.append(` · ${percent.textContent}`);
    if (this.element.textContent.trim() !== chip.textContent.trim()) {
      this.element.replaceChildren(chip);
    }
  }
}
