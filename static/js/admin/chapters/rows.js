// The list of chapters as it is typed: what stands in its fields is the truth.
import { read, short } from "../captions/clock.js";
import { said } from "./marks.js";

export class Rows {
  // `template` holds a row; `words` name its fields.
  constructor(list, template, words) {
    Object.assign(this, { list, template, words });
    for (const row of this.all) if (this.texts(row).every((text) => !text.trim())) row.remove();
  }

  get all() {
    return [...this.list.children];
  }

  fields(row) {
    return [...row.querySelectorAll("input")];
  }

  texts(row) {
    return this.fields(row).map((field) => field.value);
  }

  // Every row in the list's order: `at` is NaN where no time can be read.
  get marks() {
    return this.all.map((row) => {
      const [at, title] = this.texts(row);
      return { row, at: read(at) ?? Number.NaN, title };
    });
  }

  get state() {
    return this.all.map((row) => this.texts(row));
  }

  // Brings back what stood: rows that stay keep their elements, and so the focus.
  set state(texts) {
    while (this.all.length > texts.length) this.all.at(-1).remove();
    while (this.all.length < texts.length) this.list.append(this.#made());
    this.all.forEach((row, place) => this.#fill(row, texts[place]));
  }

  add(at, title) {
    const row = this.#made();
    this.#fill(row, [short(at), title]);
    this.list.append(row);
    this.sort();
    return row;
  }

  move(row, at) {
    this.fields(row)[0].value = short(at);
  }

  #made() {
    return this.template.content.firstElementChild.cloneNode(true);
  }

  #fill(row, texts) {
    this.fields(row).forEach((field, place) => {
      if (field.value !== texts[place]) field.value = texts[place];
    });
  }

  // By time; what cannot be read stays behind its neighbour, and what has the focus keeps it.
  sort() {
    const { marks } = this;
    let last = 0;
    for (const mark of marks) last = mark.key = Number.isNaN(mark.at) ? last : mark.at;
    const wanted = marks.toSorted((one, other) => one.key - other.key).map(({ row }) => row);
    if (wanted.every((row, place) => row === marks[place].row)) return;
    const focused = document.activeElement;
    const isOurs = this.list.contains(focused);
    this.list.append(...wanted);
    if (isOurs) focused.focus();
  }

  // Names every field and button by its chapter, and says what is wrong with it.
  name(marks, problems, playing) {
    marks.forEach(({ row, at, title }, place) => {
      const values = { n: place + 1, t: title, s: Number.isNaN(at) ? "?" : short(at) };
      const problem = problems.get(place);
      const isWrong = [problem && problem !== "nameless", problem === "nameless"];
      this.fields(row).forEach((field, which) => {
        field.ariaLabel = said(this.words[which ? "chapterTitle" : "chapterStart"], values);
        field.setCustomValidity(isWrong[which] ? said(this.words.problems[problem], values) : "");
        field.setAttribute("aria-invalid", String(Boolean(isWrong[which])));
      });
      row.querySelector("[data-part=play]").ariaLabel = said(this.words.chapterPlay, values);
      row.querySelector("[data-part=remove]").ariaLabel = said(this.words.chapterRemove, values);
      row.toggleAttribute("data-current", row === playing);
    });
  }
}
