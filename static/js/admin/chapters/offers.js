// Proposals from the transcript: a person takes or leaves each; they stand apart from the list.
import { short } from "../captions/clock.js";
import { GAP, said } from "./marks.js";

export class Offers {
  all = [];

  constructor(holder, words) {
    Object.assign(this, { holder, words });
  }

  get list() {
    return this.holder.querySelector("ul");
  }

  show(chapters, marks) {
    this.all = chapters.map(([at, title]) => ({ at, title }));
    this.keepApart(marks);
    this.draw();
  }

  // Where a chapter begins already, nothing is proposed any more.
  keepApart(marks) {
    const left = this.all.filter((offer) => marks.every(({ at }) => Math.abs(at - offer.at) >= GAP));
    if (left.length === this.all.length) return;
    this.all = left;
    this.draw();
  }

  draw() {
    this.holder.hidden = !this.all.length;
    this.list.replaceChildren(...this.all.map((offer, number) => this.#row(offer, number)));
  }

  // Where the list scrolls by itself; the page stays where it is.
  reveal() {
    const list = this.holder.parentElement;
    if (this.all.length) list.scrollTop = this.holder.offsetTop;
  }

  #row({ at, title }, number) {
    const row = this.holder.querySelector("template").content.firstElementChild.cloneNode(true);
    const values = { t: title, s: short(at) };
    row.querySelector("[data-part=at]").textContent = values.s;
    row.querySelector("[data-part=title]").textContent = title;
    const [play, take] = row.querySelectorAll("button");
    play.ariaLabel = said(this.words.chapterPlay, values);
    take.ariaLabel = said(this.words.offer, values);
    for (const button of [play, take]) button.dataset.number = number;
    return row;
  }
}
