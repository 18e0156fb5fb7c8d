// Tells the server what was watched: every 15 s, on pause and seek, and when the page goes.
import { Outbox, told } from "lectern/player/outbox";
import { keep } from "lectern/player/position";

const EVERY = 15_000;
const GONE = new Set([400, 404, 410, 413, 422]); // will never be taken

export class Heartbeat {
  #video;
  #timer = 0;

  constructor(video, { config, grant, tracker, signal, onKept }) {
    Object.assign(this, { config, grant, tracker, onKept });
    this.#video = video;
    this.outbox = new Outbox(config);
    const listen = (target, name, run) => target.addEventListener(name, run, { signal });
    listen(video, "playing", () => this.#start());
    for (const name of ["pause", "seeked", "ended"]) listen(video, name, () => this.beat());
    listen(window, "pagehide", () => this.leave());
    listen(document, "visibilitychange", () => document.hidden && this.leave());
    listen(window, "online", () => this.flush());
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  #start() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => (this.#video.paused ? clearInterval(this.#timer) : this.beat()), EVERY);
  }

  #note() {
    const ranges = this.tracker.take();
    const position = this.#video.ended ? this.#video.duration : this.#video.currentTime;
    const at = Math.round(this.grant.now * 1000);
    keep(this.config, position, at);
    return this.outbox.put(ranges, position, at);
  }

  async beat() {
    this.#note();
    await this.flush();
  }

  async flush() {
    const isEmpty = await this.outbox.flush((entry) => this.#send(entry));
    if (isEmpty) this.onKept();
  }

  // The page may die before an answer: send now, and keep the entry for the next visit.
  leave() {
    if (!this.#video.currentTime) return;
    const entry = this.#note();
    this.#post(entry, { keepalive: true }).catch(() => {});
  }

  async #send(entry) {
    try {
      const answer = await this.#post(entry);
      if (answer.status === 401 || answer.status === 403) {
        await this.grant.renew();
        return (await this.#post(entry)).ok;
      }
      return answer.ok || GONE.has(answer.status);
    } catch {
      return false;
    }
  }

  #post(entry, options = {}) {
    return fetch(`${this.config.beat}${this.grant.token}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: told(entry),
      ...options,
    });
  }
}
