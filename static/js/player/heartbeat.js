// Tells the server what was watched: every 15 s, on pause and seek, and when the page goes.
import { Outbox, told } from "lectern/player/outbox";
import { keep } from "lectern/player/position";

const EVERY = 15_000;
const HAVE_CURRENT_DATA = 2;
const GONE = new Set([400, 404, 410, 413, 422]); // will never be taken

export class Heartbeat {
  #video;
  #timer = 0;
  #isHere = false; // the element shows what the member sees

  constructor(video, { config, grant, tracker, signal, onKept }) {
    Object.assign(this, { config, grant, tracker, onKept });
    this.#video = video;
    this.outbox = new Outbox(config);
    const listen = (target, name, run) => target.addEventListener(name, run, { signal });
    listen(video, "playing", () => this.#start());
    listen(video, "seeked", () => (this.#isHere ||= video.readyState >= HAVE_CURRENT_DATA));
    listen(video, "emptied", () => (this.#isHere = false));
    for (const name of ["pause", "seeked", "ended"]) listen(video, name, () => this.beat());
    listen(window, "pagehide", () => this.leave());
    listen(document, "visibilitychange", () => document.hidden && this.leave());
    listen(window, "online", () => this.flush());
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  #start() {
    this.#isHere = true;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => (this.#video.paused ? clearInterval(this.#timer) : this.beat()), EVERY);
  }

  // Before its first picture, and while its source changes, an element says 0: nobody went there.
  #note() {
    const ranges = this.tracker.take();
    const { ended, duration, currentTime } = this.#video;
    const here = ended ? duration : currentTime;
    const position = this.#isHere ? here : ranges.at(-1)?.[1];
    if (position === undefined) return null;
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
    const entry = this.#note();
    if (entry) this.#post(entry, { keepalive: true }).catch(() => {});
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
