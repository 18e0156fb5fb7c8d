// Saves a list of chapters as a whole; what is refused stays in the list, and is not saved.
import { short } from "../captions/clock.js";
import { post, wordsOf } from "../captions/send.js";
import { said } from "./marks.js";

const typed = (chapters) => chapters.map(([at, title]) => [short(at), title]);

export class Saving {
  // `tell` says how it stands; `conflict` shows what a colleague did meanwhile, or hides it for "".
  constructor({ config, rows, tell, conflict }) {
    Object.assign(this, { config, rows, tell, conflict, base: config.chapters });
    this.saved = JSON.stringify(typed(this.base));
  }

  get words() {
    return this.config.words;
  }

  get isChanged() {
    return JSON.stringify(this.rows.state) !== this.saved;
  }

  state() {
    this.tell(this.isChanged ? this.words.unsaved : "");
  }

  // Resolves to whether the list now stands as it was saved.
  async save() {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.tell(this.words.saving);
    const sent = JSON.stringify(this.rows.state);
    const chapters = this.rows.marks.map(({ at, title }) => [at, title.trim()]);
    const { edition } = this.config; // whose seconds these are, whatever plays by now
    const answer = await post(this.config.save, { chapters, base: this.base, edition });
    this.isBusy = false;
    this.conflict("");
    return answer.ok ? this.#keep(answer, sent) : this.#refused(answer);
  }

  // What was typed while it was being saved stays, and is not saved yet.
  // Where another film plays by now, the page shows it.
  #keep({ chapters, kept, reload }, sent) {
    [this.base, this.saved] = [chapters, sent];
    if (this.isChanged) {
      this.tell(this.words.unsaved);
      return false;
    }
    if (reload) {
      window.location.reload();
      return true;
    }
    this.#put(chapters);
    this.tell(said(this.words.chaptersSaved, { s: kept }));
    return true;
  }

  #put(chapters) {
    this.rows.state = typed(chapters);
    this.saved = JSON.stringify(this.rows.state);
  }

  #refused(answer) {
    const words = wordsOf(answer, this.words);
    this.theirs = answer.chapters;
    this.isMoved = answer.reload;
    this.tell(this.theirs ? this.words.unsaved : words);
    if (this.theirs) this.conflict(words);
    return false;
  }

  over() {
    this.base = this.theirs;
    return this.save();
  }

  // Theirs are in the seconds of what plays: where this page shows another film, it is loaded anew.
  takeTheirs() {
    if (this.isMoved) {
      window.location.reload();
      return;
    }
    this.base = this.theirs;
    this.#put(this.theirs);
    this.conflict("");
  }
}
