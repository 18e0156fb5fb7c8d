// One play as the member felt it: told once, thinly, when the page goes.

const STALL = 0.1; // seconds: what is shorter nobody sees

// Version 4 (RFC 9562); over plain HTTP browsers have no randomUUID().
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Viewing {
  #startup = null;
  #stalls = 0;
  #stalled = 0;
  #waitingSince = null;
  #seconds = 0;
  #bits = 0;
  #error = "";
  #told = "";

  constructor(player, { signal }) {
    this.player = player;
    this.key = uuid();
    const { video } = player;
    const listen = (target, name, run) => target.addEventListener(name, run, { signal });
    listen(video, "playing", () => this.#plays());
    listen(video, "waiting", () => this.#waits());
    for (const name of ["seeking", "pause", "emptied"]) listen(video, name, () => this.#goesOn());
    listen(document, "visibilitychange", () => document.hidden && this.tell());
    listen(window, "pagehide", () => this.tell());
    signal.addEventListener("abort", () => this.tell());
  }

  watched([start, end]) {
    const seconds = end - start;
    this.#seconds += seconds;
    this.#bits += seconds * (this.player.stream?.bitRate ?? 0);
  }

  failed(code) {
    this.#error = code;
    this.tell();
  }

  #plays() {
    if (this.#startup === null) this.#startup = performance.now() - this.player.pressedAt;
    this.#goesOn();
  }

  // A stall ends with the picture, or with somebody who gives up.
  #goesOn() {
    const stalled = this.#stalling;
    this.#waitingSince = null;
    this.#stalls += stalled ? 1 : 0;
    this.#stalled += stalled;
  }

  // For how long (ms) nothing has moved by now.
  get #stalling() {
    if (this.#waitingSince === null) return 0;
    const stalled = performance.now() - this.#waitingSince;
    return stalled / 1000 < STALL ? 0 : stalled;
  }

  #waits() {
    const { video } = this.player;
    if (this.#startup !== null && !video.seeking && !video.paused) this.#waitingSince = performance.now();
  }

  tell() {
    const { grant, pressedAt, stream } = this.player;
    if (!pressedAt || !(this.#startup !== null || this.#error)) return;
    const stalling = this.#stalling;
    const body = JSON.stringify({
      key: this.key,
      startup: this.#startup === null ? null : Math.round(this.#startup),
      stalls: this.#stalls + (stalling ? 1 : 0),
      stalled: Math.round(this.#stalled + stalling),
      rate: this.#seconds ? Math.round(this.#bits / this.#seconds) : 0,
      seconds: Number(this.#seconds.toFixed(1)),
      way: stream?.way ?? "",
      error: this.#error,
    });
    if (body === this.#told) return;
    this.#told = body;
    navigator.sendBeacon?.(`/p/${grant.token}/viewing`, body);
  }
}
