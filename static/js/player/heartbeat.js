// Tells the server what was watched: every 15 s, on pause and seek, and when the page goes.
import { Outbox, told } from "lectern/player/outbox";
import { keep, resume } from "lectern/player/position";

const EVERY = 15_000;
const HAVE_CURRENT_DATA = 2;
const NEAR = 0.5; // seconds a picture may be off from where it was put
const GONE = new Set([400, 404, 410, 413, 422]); // will never be taken

export class Heartbeat {
  #video;
  #timer = 0;
  #isHere = false; // the element shows what the member sees
  #place; // the second that is known already
  #untold = null; // the newest entry, until the server has it

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

  // A player is put there, its member went nowhere.
  stands(seconds) {
    this.#place = seconds;
  }

  // Before its first picture, and while its source changes, an element says 0: nobody went there. And
  // who stands still has told: a window that is forgotten or only looked at is not where one was last.
  #note() {
    const ranges = this.tracker.take();
    const { ended, duration, currentTime } = this.#video;
    const here = ended ? duration : currentTime;
    const position = this.#isHere ? here : ranges.at(-1)?.[1];
    if (position === undefined) return null;
    this.#place ??= resume(this.config);
    if (!ranges.length && Math.abs(position - this.#place) < NEAR) return null;
    this.#place = position;
    const at = Math.round(this.grant.now * 1000);
    keep(this.config, position, at);
    this.#untold = this.outbox.put(ranges, position, at);
    return this.#untold;
  }

  async beat() {
    this.#note();
    await this.flush();
  }

  async flush() {
    const isEmpty = await this.outbox.flush((entry) => this.#tell(entry));
    if (isEmpty) this.onKept();
  }

  async #tell(entry) {
    const isDone = await this.#send(entry);
    if (isDone && entry.key === this.#untold?.key) this.#untold = null;
    return isDone;
  }

  // The page may die before an answer: send now, and keep the entry for the next visit.
  leave() {
    const entry = this.#note() ?? this.#untold;
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
