// A private note that saves itself, keeps what is typed when it cannot, and loses neither of two.
import { Controller } from "@hotwired/stimulus";
import { api } from "lectern/api";
import { clock } from "lectern/clock";
import { local } from "lectern/storage";

const PAUSE = 700; // after the last key
const AGAIN = 8000; // after a failure

export default class extends Controller {
  static targets = [
    "base", "modes", "state", "sheets", "text", "preview", "conflict", "mine", "theirs", "submit", "words",
  ];
  static values = { page: Number, member: Number, version: Number };

  connect() {
    this.ends = new AbortController();
    const { signal } = this.ends;
    this.submitTarget.hidden = true;
    this.modesTarget.hidden = false;
    this.saved = this.textTarget.value;
    this.#restore();
    window.addEventListener("online", () => this.save(), { signal });
    window.addEventListener("pagehide", () => this.save({ keepalive: true }), { signal });
    this.#preview();
  }

  disconnect() {
    this.ends.abort();
    clearTimeout(this.timer);
  }

  mode({ target }) {
    this.sheetsTarget.dataset.mode = target.value;
    if (target.value === "read") this.#preview();
  }

  typed() {
    this.#keep();
    this.#say(this.textTarget.value === this.saved ? "saved" : "saving");
    this.#later(PAUSE);
  }

  // Put a link to this second where the cursor is, on a line of its own.
  mark(seconds) {
    const { textTarget: field } = this;
    const { selectionStart: at, value } = field;
    const isFresh = at === 0 || value[at - 1] === "\n";
    this.modesTarget.querySelector("[value=write]").click();
    field.setRangeText(`${isFresh ? "" : "\n"}[${clock(seconds)}](#t=${seconds}) `, at, field.selectionEnd, "end");
    field.focus();
    this.typed();
  }

  async save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    const text = this.textTarget.value;
    if (this.isSaving || !this.conflictTarget.hidden || text === this.saved) return;
    this.isSaving = true;
    const body = { text, base_version: this.versionValue };
    const { ok, status, data } = await api(this.#path, { method: "PUT", body, keepalive });
    this.isSaving = false;
    if (ok) this.#took(text, data);
    else if (status === 409) this.#conflict(data.current);
    else this.#refused(status);
  }

  keepMine() {
    this.#resolve(this.textTarget.value);
  }

  keepTheirs() {
    this.#resolve(this.current.text);
  }

  keepBoth() {
    this.#resolve(`${this.current.text.trimEnd()}\n\n---\n\n${this.textTarget.value}`);
  }

  get #path() {
    return `/pages/${this.pageValue}/note`;
  }

  get #key() {
    return `lectern.note.${this.memberValue}.${this.pageValue}`;
  }

  #later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  #took(text, { version, html }) {
    this.versionValue = version;
    this.baseTarget.value = String(version);
    this.saved = text;
    this.#show(html);
    if (this.textTarget.value === text) {
      local.remove(this.#key);
      this.#say("saved");
    } else {
      this.#later(PAUSE);
    }
  }

  #refused(status) {
    this.#keep();
    this.#say(status === 0 && !navigator.onLine ? "kept" : "failed");
    this.#later(AGAIN);
  }

  #conflict(current) {
    this.current = current;
    this.mineTarget.textContent = this.textTarget.value;
    this.theirsTarget.textContent = current.text;
    this.conflictTarget.hidden = false;
    this.#say("conflict");
  }

  #resolve(text) {
    this.conflictTarget.hidden = true;
    this.versionValue = this.current.version;
    this.saved = this.current.text;
    this.textTarget.value = text;
    this.textTarget.focus();
    if (text === this.saved) this.#took(text, this.current);
    else this.save();
  }

  // What was typed and never reached the server is put back.
  #restore() {
    const kept = local.get(this.#key);
    if (!kept || kept.text === this.saved) return;
    this.textTarget.value = kept.text;
    this.versionValue = kept.version;
    this.#later(0);
  }

  #keep() {
    local.set(this.#key, { text: this.textTarget.value, version: this.versionValue });
  }

  async #preview() {
    const text = this.textTarget.value;
    if (!text.trim()) return this.#show("");
    const { ok, data } = await api("/notes/preview", { method: "POST", body: { text } });
    if (ok) this.#show(data.html);
  }

  // The server's own HTML, sanitised there on save and on output.
  #show(html) {
    this.previewTarget.innerHTML = html;
    if (!html) this.previewTarget.textContent = this.wordsTarget.dataset.empty;
  }

  #say(state) {
    this.stateTarget.dataset.state = state;
    this.stateTarget.textContent = this.wordsTarget.dataset[state];
  }
}
