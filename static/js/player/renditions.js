// The rungs of a ladder in the shape media-chrome's quality menu reads (`video.videoRenditions`).

export class Renditions extends EventTarget {
  #selected = -1; // -1 is Auto
  length = 0;

  *[Symbol.iterator]() {
    for (let index = 0; index < this.length; index += 1) yield this[index];
  }

  fill(levels) {
    for (let index = 0; index < this.length; index += 1) delete this[index];
    levels.forEach(({ width, height, bitrate }, index) => {
      this[index] = { id: String(index), width, height, bitrate };
    });
    this.length = levels.length;
    this.dispatchEvent(new Event("addrendition"));
  }

  get selectedIndex() {
    return this.#selected;
  }

  set selectedIndex(index) {
    this.#selected = index;
    this.dispatchEvent(new Event("change"));
  }
}
