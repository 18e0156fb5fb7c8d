// The rows of running uploads, and the place where files are dropped.
import { uploads } from "./uploads.js";

const { Controller } = window.StimulusModule;
const words = () => JSON.parse(document.getElementById("upload-words").textContent);
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

function bytes(count) {
  let unit = 0;
  while (count >= 1000 && unit < UNITS.length - 1) [count, unit] = [count / 1000, unit + 1];
  const digits = count < 10 && unit ? 1 : 0;
  const style = { style: "unit", unit: UNITS[unit], maximumFractionDigits: digits };
  return new Intl.NumberFormat(document.documentElement.lang || "en", style).format(count);
}

function duration(seconds) {
  const [unit, count] =
    seconds < 60 ? ["second", seconds] : seconds < 3600 ? ["minute", seconds / 60] : ["hour", seconds / 3600];
  const style = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 };
  return new Intl.NumberFormat(document.documentElement.lang || "en", style).format(Math.ceil(count));
}

export class UploadList extends Controller {
  static targets = ["rows", "said", "pick"];
  static values = { chosen: String, tray: Boolean };

  connect() {
    this.words = words();
    this.rows = new Map();
    this.listeners = {
      added: ({ detail }) => this.add(detail),
      changed: ({ detail }) => this.draw(detail),
      known: ({ detail }) => this.draw(detail),
      done: ({ detail }) => this.finish(detail),
      removed: ({ detail }) => this.remove(detail),
    };
    for (const [name, heard] of Object.entries(this.listeners)) uploads.addEventListener(name, heard);
    [...uploads.items].reverse().forEach((item) => this.add(item));
    this.settle();
  }

  disconnect() {
    for (const [name, heard] of Object.entries(this.listeners)) {
      uploads.removeEventListener(name, heard);
    }
    this.rowsTarget.replaceChildren();
  }

  add(item) {
    if (this.rows.has(item.key)) return this.draw(item);
    const row = document.getElementById("upload-row").content.firstElementChild.cloneNode(true);
    row.dataset.key = item.key;
    row.querySelector("[data-part=name]").textContent = item.name;
    row.querySelector("progress").setAttribute("aria-label", item.name);
    for (const button of row.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent.trim()}: ${item.name}`);
    }
    this.rows.set(item.key, row);
    this.rowsTarget.prepend(row);
    this.draw(item);
    this.settle();
  }

  draw(item) {
    const row = this.rows.get(item.key);
    if (!row) return;
    const share = item.size ? item.sent / item.size : 0;
    row.dataset.state = item.state;
    this.settle();
    row.querySelector("progress").value = share;
    row.querySelector("[data-part=line]").textContent = this.line(item, share);
    const error = row.querySelector("[data-part=error]");
    error.hidden = item.state !== "failed";
    error.textContent = item.error || (item.isOffline ? this.words.offline : this.words.failed);
    this.offer(row, item);
  }

  line(item, share) {
    const parts = [`${Math.floor(share * 100)} %`, this.sum(item)];
    if (item.state === "running" && item.speed > 0) {
      parts.push(`${bytes(item.speed)}/s`);
      parts.push(this.words.left.replace("%s", duration(item.secondsLeft)));
    } else parts.push(this.words[item.state] ?? "");
    return parts.filter(Boolean).join(" · ");
  }

  sum(item) {
    return item.state === "done"
      ? bytes(item.size)
      : this.words.of.replace("%(sent)s", bytes(item.sent)).replace("%(size)s", bytes(item.size));
  }

  offer(row, item) {
    const shown = {
      pause: item.state === "running" || (item.state === "waiting" && item.upload),
      resume: ["paused", "failed"].includes(item.state) && item.upload,
      pick: item.state === "lost",
      use: item.asset && this.chosenValue && item.state !== "lost",
      cancel: true,
    };
    for (const [name, isShown] of Object.entries(shown)) {
      row.querySelector(`[data-part=${name}]`).hidden = !isShown;
    }
    const open = row.querySelector("[data-part=open]");
    open.hidden = item.state !== "done" || !item.asset || Boolean(this.chosenValue);
    open.href = this.words.library.replace("__id__", item.asset);
    const cancel = row.querySelector("[data-part=cancel]");
    cancel.textContent = item.state === "done" ? this.words.hide : this.words.cancel;
  }

  finish(item) {
    this.draw(item);
    this.saidTarget.textContent = this.words.finished.replace("%s", item.name);
    const wasAlone = uploads.items.length === 1;
    if (this.chosenValue && wasAlone && item.addedHere === this.chosenValue) this.choose(item);
  }

  remove(item) {
    const row = this.rows.get(item.key);
    const next = row?.nextElementSibling ?? row?.previousElementSibling;
    row?.remove();
    this.rows.delete(item.key);
    next?.querySelector("button:not([hidden])")?.focus();
    this.settle();
  }

  settle() {
    const isElsewhere = this.trayValue && document.querySelectorAll("[data-controller~=upload-list]").length > 1;
    this.element.hidden = this.rows.size === 0 || isElsewhere;
  }

  item(event) {
    const { key } = event.currentTarget.closest("[data-key]").dataset;
    return uploads.items.find((item) => item.key === key);
  }

  pause(event) {
    uploads.pause(this.item(event));
  }

  resume(event) {
    uploads.resume(this.item(event));
  }

  cancel(event) {
    uploads.cancel(this.item(event));
  }

  pick(event) {
    this.wanted = this.item(event);
    this.pickTarget.click();
  }

  picked() {
    const [file] = this.pickTarget.files;
    this.pickTarget.value = "";
    if (!file) return;
    if (file.name !== this.wanted.name || file.size !== this.wanted.size) {
      Object.assign(this.wanted, { error: this.words.other.replace("%s", this.wanted.name) });
      const error = this.rows.get(this.wanted.key).querySelector("[data-part=error]");
      error.textContent = this.wanted.error;
      error.hidden = false;
      return;
    }
    const { filename: _name, filetype: _type, ...words } = this.wanted.stored.metadata;
    uploads.add([file], words);
  }

  use(event) {
    this.choose(this.item(event));
  }

  choose(item) {
    const link = this.element.querySelector("[data-chooser-modal-choice]");
    link.href = this.chosenValue.replace("__id__", item.asset);
    link.click();
  }
}

export class UploadDrop extends Controller {
  static targets = ["input"];
  static values = { site: String, kind: String, chosen: String, replaces: String };

  // The file takes another's place: whose, and how its seconds lie.
  lies(value) {
    const turn = value("lies") === "earlier" ? -1 : 1;
    const offset = value("lies") === "same" ? 0 : turn * Number(value("offset") || 0);
    const removed = value("lies") === "removed" ? value("removed") : "";
    return { asset: this.replacesValue, replaces: "1", offset: String(offset), removed };
  }

  over(event) {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    this.element.dataset.over = "true";
  }

  leave(event) {
    if (!this.element.contains(event.relatedTarget)) delete this.element.dataset.over;
  }

  drop(event) {
    event.preventDefault();
    delete this.element.dataset.over;
    this.take(event.dataTransfer.files);
  }

  chosen() {
    this.take(this.inputTarget.files);
    this.inputTarget.value = "";
  }

  take(files) {
    const scope = this.element.closest("[data-upload-scope]") ?? document;
    const value = (name) =>
      scope.querySelector(`[name=${name}]:checked, [name=${name}]:not([type=radio])`)?.value ?? "";
    const items = uploads.add(files, {
      site: value("upload_site") || this.siteValue,
      collection: value("collection"),
      kind: this.kindValue,
      ...(this.replacesValue ? this.lies(value) : {}),
    });
    for (const item of items) item.addedHere = this.chosenValue;
  }
}
