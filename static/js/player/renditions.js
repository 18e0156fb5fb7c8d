// The rungs of a ladder in the shape media-chrome's quality menu reads (`video.videoRenditions`).

export class Renditions extends EventTarget {
  #selected = -1; // -1 is Auto
  #levels = []; // where each stands among the stream's own
  chosen = null; // what a member chose, however many streams ago
  length = 0;

  *[Symbol.iterator]() {
    for (let index = 0; index < this.length; index += 1) yield this[index];
  }

  // Of one picture in several codecs only the codec that plays is offered.
  fill(levels, codecs) {
    for (let index = 0; index < this.length; index += 1) delete this[index];
    this.#levels = [...levels.keys()].filter((level) => levels[level].codecSet === codecs);
    this.#levels.forEach((level, index) => {
      const { width, height, bitrate, codecSet } = levels[level];
      this[index] = { id: String(index), width, height, bitrate, codecSet };
    });
    this.length = this.#levels.length;
    this.#selected = this.chosen ? this.#find(this.chosen) : -1;
    this.dispatchEvent(new Event("addrendition"));
  }

  // The same size in this stream, or -1: the sound alone has none.
  #find({ height, bitrate }) {
    const same = [...this].filter((one) => one.height === height);
    const found = same.find((one) => one.bitrate === bitrate) ?? same[0];
    return found ? Number(found.id) : -1;
  }

  // Where the chosen one stands among the stream's own, or -1.
  get level() {
    return this.#levels[this.#selected] ?? -1;
  }

  get selectedIndex() {
    return this.#selected;
  }

  set selectedIndex(index) {
    this.#selected = index;
    this.chosen = this[index] ?? null;
    this.dispatchEvent(new Event("change"));
  }
}
