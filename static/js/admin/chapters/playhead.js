// Where the video is, on the line of time and as a clock says it.
import { short } from "../captions/clock.js";
import { place } from "../timeline/line.js";

const NEAR = 0.05; // seconds

export class Playhead {
  constructor({ video, head, now, whole }) {
    Object.assign(this, { video, head, now, whole });
  }

  get at() {
    return this.video.currentTime;
  }

  show(at = this.at) {
    this.head.style.insetInlineStart = place(at, this.whole());
    const said = `${short(Math.floor(at))} / ${short(Math.floor(this.whole()))}`;
    if (this.now.value !== said) this.now.value = said;
  }

  // A drag asks for many moments: the video goes to the last one once it is there.
  seek(at) {
    this.wanted = Math.min(Math.max(at, 0), this.whole() || at);
    if (!this.video.seeking) this.video.currentTime = this.wanted;
    this.show(this.wanted);
  }

  settle() {
    const { wanted } = this;
    this.wanted = undefined;
    if (wanted !== undefined && Math.abs(this.at - wanted) > NEAR) this.seek(wanted);
  }

  toggle() {
    if (this.video.paused) this.video.play();
    else this.video.pause();
  }
}
