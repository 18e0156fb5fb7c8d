// Brings files in: resumable, two at a time, each known again after a reload of the page.
import "../../vendor/tus-js-client/dist/tus.min.js";
import { DirectUpload, OVER, arrivedOf, stored as storedDirect } from "./direct_upload.js";

const ENDPOINT = "/uploads/";
const CHUNK = 16 * 1024 * 1024;
const AT_ONCE = 2;
const WAITS = [0, 1000, 3000, 5000, 10000, 20000, 30000];
const SMOOTH = 0.25; // how much the newest measure counts for the speed
const REFUSED = [503, 507]; // nothing can be stored now; what has arrived waits
const LOCKED = 423; // it still can't

const LIES = ["replaces", "offset", "removed"]; // told once, when an upload begins

// What an upload is for; only one that is for the same goes on where it stopped.
const aimOf = (words) => {
  const lies = words.replaces ? LIES.map((name) => words[name] ?? "") : [];
  return [words.site ?? "", words.asset ?? "", ...lies].join("|");
};

const fingerprint = (file, { metadata }) =>
  Promise.resolve(["lectern", aimOf(metadata), file.name, file.size, file.lastModified].join("|"));

// What our server refuses is told at once; what stands in front of it passes.
const mayPass = (error, ...more) => {
  const answer = error.originalResponse;
  const isOurs = REFUSED.includes(answer?.getStatus()) && answer.getHeader("Tus-Resumable");
  return !isOurs && window.tus.defaultOptions.onShouldRetry(error, ...more);
};

const takesDirect = () => Boolean(JSON.parse(document.getElementById("upload-words").textContent).direct);

const kindOf = (file) => {
  const family = file.type.split("/")[0];
  return family === "video" || family === "audio" ? family : "file";
};

class Item {
  constructor(fields) {
    Object.assign(this, { sent: 0, speed: 0, asset: "", error: "", state: "waiting" }, fields);
    this.key = crypto.randomUUID?.() ?? String(Math.random());
  }

  get secondsLeft() {
    return this.speed > 0 ? (this.size - this.sent) / this.speed : null;
  }

  measure(sent) {
    const now = performance.now();
    if (this.at) {
      const rate = ((sent - this.sentAt) * 1000) / Math.max(now - this.at, 1);
      if (now - this.at < 250 && sent < this.size) return void (this.sent = sent);
      this.speed = this.speed ? this.speed * (1 - SMOOTH) + rate * SMOOTH : rate;
    }
    Object.assign(this, { at: now, sentAt: sent, sent });
  }

  rest() {
    Object.assign(this, { at: 0, speed: 0 });
  }
}

class Uploads extends EventTarget {
  items = [];

  constructor() {
    super();
    window.addEventListener("beforeunload", (event) => this.busy && event.preventDefault());
    window.addEventListener("online", () => this.next());
    this.recall();
  }

  get busy() {
    return this.items.some((item) => item.state === "running");
  }

  tell(item, what = "changed") {
    this.dispatchEvent(new CustomEvent(what, { detail: item }));
  }

  add(files, { site = "", kind = "", collection = "", ...more } = {}) {
    const aim = aimOf({ site, ...more });
    return [...files].map((file) => {
      const known = this.items.find(
        ({ state, name, size, stored }) =>
          state === "lost" && name === file.name && size === file.size && aimOf(stored.metadata) === aim,
      );
      const item = known ?? new Item({ name: file.name, size: file.size });
      Object.assign(item, { state: "waiting", error: "", stored: known?.stored });
      item.upload = this.prepare(item, file, { site, collection, kind: kind || kindOf(file), ...more });
      if (!known) this.items.unshift(item);
      this.tell(item, known ? "changed" : "added");
      this.next();
      return item;
    });
  }

  prepare(item, file, words) {
    const metadata = { filename: file.name, filetype: file.type, ...words };
    for (const name of Object.keys(metadata)) if (!metadata[name]) delete metadata[name];
    const mayGoPast = !metadata.replaces && metadata.kind !== "file" && takesDirect();
    const Upload = mayGoPast ? DirectUpload : window.tus.Upload;
    return new Upload(file, {
      endpoint: ENDPOINT,
      chunkSize: CHUNK,
      retryDelays: WAITS,
      onShouldRetry: mayPass,
      removeFingerprintOnSuccess: true,
      fingerprint,
      metadata,
      onAfterResponse: (_request, response) => this.learn(item, response),
      onProgress: (sent) => {
        item.measure(sent);
        this.tell(item);
      },
      onError: (error) => this.fail(item, error),
      onSuccess: () => {
        Object.assign(item, { state: "done", sent: item.size });
        this.tell(item, "done");
        this.next();
      },
    });
  }

  learn(item, response) {
    const asset = response.getHeader("Lectern-Asset");
    if (!asset || item.asset) return;
    item.asset = asset;
    this.tell(item, "known");
  }

  fail(item, error) {
    const answer = error.originalResponse;
    const words = answer?.getBody?.()?.trim() ?? "";
    item.rest();
    item.state = "failed";
    const isSaid = words && words.length < 400 && !words.startsWith("<");
    const isAsBefore = answer?.getStatus?.() === LOCKED; // HEAD has no words of its own
    item.error = isSaid ? words : isAsBefore ? item.error : "";
    item.isOffline = !answer;
    this.tell(item);
    this.next();
  }

  next() {
    const running = this.items.filter((item) => item.state === "running").length;
    const ready = this.items.filter((item) => item.state === "waiting" && item.upload).reverse();
    for (const item of ready.slice(0, Math.max(AT_ONCE - running, 0))) this.start(item);
  }

  async start(item) {
    item.state = "running";
    this.tell(item);
    if (!item.upload.url) {
      const known = await item.upload.findPreviousUploads();
      if (known.length) item.upload.resumeFromPreviousUpload(known[0]);
    }
    if (item.state === "running") item.upload.start();
  }

  async pause(item) {
    item.state = "paused";
    item.rest();
    this.tell(item);
    await item.upload.abort();
    this.next();
  }

  resume(item) {
    item.state = "waiting";
    this.tell(item);
    this.next();
  }

  async cancel(item) {
    const { state } = item;
    item.state = "gone";
    this.items = this.items.filter((other) => other !== item);
    this.tell(item, "removed");
    if (item.upload && state !== "done") await item.upload.abort(true).catch(() => {});
    if (item.stored) await this.forget(item.stored);
    this.next();
  }

  async forget(stored) {
    await window.tus.Upload.terminate(stored.uploadUrl, { retryDelays: [0] }).catch(() => {});
    await window.tus.defaultOptions.urlStorage.removeUpload(stored.urlStorageKey);
  }

  // What a reload interrupted: the browser may not open the file again by itself, so we ask for it.
  async recall() {
    const storage = window.tus.defaultOptions.urlStorage;
    for (const stored of await storage.findAllUploads()) {
      const answer = await fetch(stored.uploadUrl, {
        method: "HEAD",
        headers: { "Tus-Resumable": "1.0.0" },
        credentials: "same-origin",
      }).catch(() => null);
      if (!answer) continue;
      const sent = Number(answer.headers.get("Upload-Offset"));
      if (OVER.includes(answer.status) || sent >= stored.size) await storage.removeUpload(stored.urlStorageKey);
      else if (answer.ok) this.lose(stored, { sent, asset: answer.headers.get("Lectern-Asset") ?? "" });
    }
    for (const stored of storedDirect()) {
      const known = await arrivedOf(stored);
      if (known) this.lose(stored, known);
    }
  }

  lose(stored, { sent, asset }) {
    const item = new Item({ name: stored.metadata.filename, size: stored.size, sent, asset });
    Object.assign(item, { state: "lost", stored });
    this.items.push(item);
    this.tell(item, "added");
  }
}

export const uploads = new Uploads();
