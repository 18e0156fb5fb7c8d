// What was really watched: playing time between two looks at the clock; seeking adds nothing.
import { union } from "lectern/player/ranges";

const SLACK = 0.75; // seconds a late timeupdate may be off

export class Tracker {
  #video;
  #last = null;
  ranges = [];

  constructor(video, { signal, onRange }) {
    this.#video = video;
    this.onRange = onRange;
    const listen = (name, run) => video.addEventListener(name, run, { signal });
    for (const name of ["playing", "seeked"]) listen(name, () => this.#mark());
    for (const name of ["timeupdate", "pause", "ended", "ratechange"]) listen(name, () => this.look());
    for (const name of ["seeking", "emptied"]) listen(name, () => this.#forget());
    listen("waiting", () => {
      this.look();
      this.#forget();
    });
  }

  look() {
    const last = this.#last;
    if (!last || this.#video.seeking) return;
    const here = this.#video.currentTime;
    const could = ((performance.now() - last.wall) / 1000) * last.rate + SLACK;
    if (here > last.media && here - last.media <= could) {
      this.ranges = union(this.ranges, [[last.media, here]]);
      this.onRange([last.media, here]);
    }
    if (this.#video.paused) this.#forget();
    else this.#mark();
  }

  take() {
    this.look();
    const taken = this.ranges;
    this.ranges = [];
    return taken;
  }

  #mark() {
    if (this.#video.paused || this.#video.seeking) return;
    const { currentTime: media, playbackRate: rate } = this.#video;
    this.#last = { media, rate, wall: performance.now() };
  }

  #forget() {
    this.#last = null;
  }
}
