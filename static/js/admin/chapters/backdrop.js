// The film behind its chapters: drawn again whenever more or less of it is seen.
import { drawPictures, drawWave, peaksOf, picturesOf } from "../timeline/backdrop.js";

export class Backdrop {
  pictures = [];
  peaks = [];

  constructor(holder, canvas) {
    Object.assign(this, { holder, canvas });
  }

  async open({ answer, fresh }) {
    this.fresh = fresh;
    const found = [picturesOf(answer.storyboard), peaksOf(answer.waveform)];
    [this.pictures, this.peaks] = await Promise.all(found);
  }

  draw() {
    this.holder.hidden = !this.pictures.length;
    this.canvas.hidden = !this.peaks.length;
    drawPictures(this.holder, this.pictures, this.fresh);
    drawWave(this.canvas, this.peaks);
  }
}
