// The rungs of a ladder in the shape media-chrome's quality menu reads (`video.videoRenditions`).

export class Renditions extends EventTarget {
  #selected = -1; // -1 is Auto
  #levels = []; // where each stands among the stream's own
  length = 0;

  *[Symbol.iterator]() {
    for (let index = 0; index < this.length; index += 1) yield this[index];
  }

  // Of one picture in several codecs only the codec that plays is offered.
  fill(levels, codecs) {
    for (let index = 0; index < this.length; index += 1) delete this[index];
    this.#levels = [...levels.keys()].filter((level) => levels[level].codecSet === codecs);
    this.#levels.forEach((level, index) => {
      const { width, height, bitrate } = levels[level];
      this[index] = { id: String(index), width, height, bitrate };
    });
    this.length = this.#levels.length;
    this.dispatchEvent(new Event("addrendition"));
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
    this.dispatchEvent(new Event("change"));
  }
}
