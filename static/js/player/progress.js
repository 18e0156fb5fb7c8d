// How much of the video is really watched, as the member sees it grow.
import { seconds, union } from "lectern/player/ranges";

export class Progress {
  #ranges;

  constructor(config) {
    this.#ranges = config.watched ?? [];
    this.duration = config.source?.duration ?? 0;
    this.goal = config.completesAt / 100;
    this.isCompleted = config.completed;
  }

  add(range) {
    this.#ranges = union(this.#ranges, [range]);
  }

  get fraction() {
    return this.duration ? Math.min(seconds(this.#ranges) / this.duration, 1) : 0;
  }

  get isDue() {
    return !this.isCompleted && this.fraction >= this.goal;
  }
}
