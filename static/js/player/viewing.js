// One play as the member felt it: told once, thinly, when the page goes.

const STALL = 0.1; // seconds: what is shorter nobody sees

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
    this.key = crypto.randomUUID?.() ?? `${Date.now().toString(16)}-${Math.random().toString(16).slice(2)}`;
    const { video } = player;
    const listen = (target, name, run) => target.addEventListener(name, run, { signal });
    listen(video, "playing", () => this.#plays());
    listen(video, "waiting", () => this.#waits());
    for (const name of ["seeking", "pause", "emptied"]) listen(video, name, () => (this.#waitingSince = null));
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
    const now = performance.now();
    if (this.#startup === null) this.#startup = now - this.player.pressedAt;
    const since = this.#waitingSince;
    this.#waitingSince = null;
    if (since === null || (now - since) / 1000 < STALL) return;
    this.#stalls += 1;
    this.#stalled += now - since;
  }

  #waits() {
    const { video } = this.player;
    if (this.#startup !== null && !video.seeking && !video.paused) this.#waitingSince = performance.now();
  }

  tell() {
    const { grant, pressedAt, stream } = this.player;
    if (!pressedAt || !(this.#startup !== null || this.#error)) return;
    const body = JSON.stringify({
      key: this.key,
      startup: this.#startup === null ? null : Math.round(this.#startup),
      stalls: this.#stalls,
      stalled: Math.round(this.#stalled),
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
