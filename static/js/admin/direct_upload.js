// A file that goes straight to its video provider: chunks by PUT, and 308 says how much has arrived
// (the protocol of Google Cloud Storage's resumable uploads). To whoever holds it it is like a tus
// upload; where the server does not want it sent elsewhere, it becomes one.
import "../../vendor/tus-js-client/dist/tus.min.js";

const CHUNK = 16 * 1024 * 1024; // whole multiples of 256 KiB
const STORED = "lectern.direct::";
const TUS = { "Tus-Resumable": "1.0.0" };
const RETRIED = [0, 408, 429];
export const OVER = [403, 404, 410]; // an upload that is none any more

const ours = (url, method, headers = {}) =>
  fetch(url, { method, headers: { ...TUS, ...headers }, credentials: "same-origin" });

const coded = (words) =>
  Object.entries(words)
    .map(([name, value]) => `${name} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`)
    .join(",");

const paused = (ms) => new Promise((done) => setTimeout(done, ms));

class Trouble extends Error {
  constructor(status, body = "") {
    super(`${status}`);
    this.status = status;
    if (status) this.originalResponse = { getBody: () => body };
  }

  get passes() {
    return RETRIED.includes(this.status) || this.status >= 500;
  }
}

// One PUT; resolves with the byte to go on at.
function put(url, { span, size, body, onProgress = () => {}, onBegin = () => {} }) {
  return new Promise((done, failed) => {
    const xhr = new XMLHttpRequest();
    xhr.open("PUT", url);
    xhr.setRequestHeader("Content-Range", `bytes ${span}/${size}`);
    xhr.upload.onprogress = ({ loaded }) => onProgress(loaded);
    xhr.onload = () => {
      if (xhr.status === 308) done(Number(/bytes=0-(\d+)/.exec(xhr.getResponseHeader("Range") ?? "")?.[1] ?? -1) + 1);
      else if (xhr.status < 300) done(size);
      else failed(new Trouble(xhr.status));
    };
    xhr.onerror = xhr.onabort = () => failed(new Trouble(0));
    onBegin(xhr);
    xhr.send(body);
  });
}

// What a reload interrupted: [{uploadUrl, direct, size, metadata, urlStorageKey}].
export function stored() {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(STORED));
  return keys.map((urlStorageKey) => ({ ...JSON.parse(localStorage.getItem(urlStorageKey)), urlStorageKey }));
}

// How much of a stored one has arrived; null where it is over, told or forgotten.
export async function arrivedOf(known) {
  const answer = await ours(known.uploadUrl, "HEAD").catch(() => null);
  if (!answer || !(answer.ok || OVER.includes(answer.status))) return null;
  const sent = answer.ok
    ? await put(known.direct, { span: "*", size: known.size }).catch(({ passes }) => (passes ? 0 : null))
    : null;
  if (sent === known.size) await ours(known.uploadUrl, "POST");
  if (sent !== null && sent < known.size) return { sent, asset: answer.headers.get("Lectern-Asset") ?? "" };
  localStorage.removeItem(known.urlStorageKey);
  return null;
}

export class DirectUpload {
  #run = null; // a new one each time it is started; none while it is stopped
  #isGone = false;
  #running = null; // the chunk that is on its way
  #known = null; // where it goes, once that is known
  #plain = null; // the tus upload it became

  constructor(file, options) {
    Object.assign(this, { file, options });
  }

  get url() {
    return this.#known?.uploadUrl ?? this.#plain?.url ?? null;
  }

  async findPreviousUploads() {
    const key = STORED + (await this.options.fingerprint(this.file, this.options));
    const known = stored().find(({ urlStorageKey }) => urlStorageKey === key);
    if (known && (await ours(known.uploadUrl, "HEAD").catch(() => null))?.ok) return [known];
    const plain = new window.tus.Upload(this.file, this.options);
    const found = await plain.findPreviousUploads();
    if (found.length) this.#plain = plain;
    return found;
  }

  resumeFromPreviousUpload(previous) {
    if (this.#plain) this.#plain.resumeFromPreviousUpload(previous);
    else this.#known = previous;
  }

  async start() {
    const run = (this.#run = Symbol("run"));
    try {
      if (!this.#plain) this.#known ??= await this.#begin();
      if (this.#isGone && this.#known) await this.#forget("DELETE");
      if (this.#run !== run) return;
      if (this.#known) await this.#send(run);
      else (this.#plain ??= new window.tus.Upload(this.file, this.options)).start();
    } catch (error) {
      if (this.#run === run) this.options.onError(error);
    }
  }

  async abort(isForGood = false) {
    this.#run = null;
    this.#isGone = isForGood;
    this.#running?.abort();
    await this.#plain?.abort(isForGood);
    if (isForGood && this.#known) await this.#forget("DELETE");
  }

  async #begin() {
    const { endpoint, metadata, onAfterResponse } = this.options;
    const answer = await ours(endpoint, "POST", {
      "Upload-Length": String(this.file.size),
      "Upload-Metadata": coded({ ...metadata, direct: "1" }),
    });
    if (answer.status === 204) return null;
    if (!answer.ok) throw new Trouble(answer.status, await answer.text());
    onAfterResponse(null, { getHeader: (name) => answer.headers.get(name) });
    const known = { uploadUrl: answer.headers.get("Location"), direct: answer.headers.get("Lectern-Direct") };
    const urlStorageKey = STORED + (await this.options.fingerprint(this.file, this.options));
    Object.assign(known, { size: this.file.size, metadata });
    localStorage.setItem(urlStorageKey, JSON.stringify(known));
    return { ...known, urlStorageKey };
  }

  async #send(run) {
    const { retryDelays, onSuccess } = this.options;
    let tries = 0;
    let at = -1;
    while (at < this.file.size) {
      try {
        at = at < 0 ? await this.#ask() : await this.#chunk(at);
        tries = 0;
      } catch (error) {
        if (this.#run !== run) return;
        await this.#endure(error, retryDelays[tries]);
        [tries, at] = [tries + 1, -1];
      }
      if (this.#run !== run) return;
    }
    await this.#forget("POST");
    onSuccess();
  }

  // Wait and try again, or give up; an address that takes nothing any more is given back.
  async #endure(error, wait) {
    if (!error.passes) {
      await this.#forget("DELETE");
      this.#known = null;
    }
    if (!error.passes || wait === undefined) throw error;
    await paused(wait);
  }

  #ask() {
    return put(this.#known.direct, { span: "*", size: this.file.size });
  }

  #chunk(at) {
    const end = Math.min(at + CHUNK, this.file.size);
    return put(this.#known.direct, {
      span: `${at}-${end - 1}`,
      size: this.file.size,
      body: this.file.slice(at, end),
      onProgress: (loaded) => this.options.onProgress(at + loaded),
      onBegin: (xhr) => (this.#running = xhr),
    });
  }

  async #forget(method) {
    const answer = await ours(this.#known.uploadUrl, method);
    if (!answer.ok && method === "POST") throw new Trouble(answer.status, await answer.text());
    localStorage.removeItem(this.#known.urlStorageKey);
  }
}
