// Keeps what was typed as a draft, and saves it as a version; loses nothing to a broken line.
import { fill } from "./clock.js";
import { post, wordsOf } from "./send.js";

const SOON = 1200;
const LATER = 6000;
const CONFLICT = 409;

export class Keeper {
  // `saved` is given what the server made of it, `conflict` why it took nothing.
  constructor({ url, base, edition, words, cues, say, saved, conflict }) {
    Object.assign(this, { url, base, edition, words, cues, say, saved, conflict });
    this.isChanged = false;
    this.onLeave = (event) => (this.isChanged || this.sending) && event.preventDefault();
    window.addEventListener("beforeunload", this.onLeave);
  }

  close() {
    clearTimeout(this.timer);
    window.removeEventListener("beforeunload", this.onLeave);
  }

  changed() {
    this.isChanged = true;
    this.say(this.words.unsaved);
    this.later(SOON);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), wait);
  }

  // One request at a time; what is typed meanwhile is kept by the next.
  async keep() {
    if (this.sending) {
      this.later(SOON);
      return;
    }
    this.isChanged = false;
    if (!this.hasFailed) this.say(this.words.keeping);
    const answer = await this.send({ draft: true });
    if (this.isSaving) return; // whatever came of it: the save takes it all
    if (answer.ok) {
      if (!this.isChanged) this.say(fill(this.words.kept, answer.kept));
      return;
    }
    this.failed(answer);
  }

  // What nobody refused in words is tried again: the line may be back, or the person signed in.
  failed(answer) {
    this.isChanged = true;
    this.say(wordsOf(answer, this.words));
    if (!answer.message) this.later(LATER);
  }

  // One version at a time: who saves again meanwhile saves what was typed since, if anything was.
  async save() {
    this.isWanted = true;
    if (this.isSaving) return;
    this.isSaving = true;
    while (this.isWanted) {
      this.isWanted = false;
      await this.saveNow();
      this.isWanted &&= this.isChanged;
    }
    this.isSaving = false;
  }

  async saveNow() {
    await this.sending;
    clearTimeout(this.timer);
    this.isChanged = false;
    this.say(this.words.saving);
    const answer = await this.send({});
    if (answer.ok) this.taken(answer);
    else if (answer.status === CONFLICT) {
      this.conflict(answer);
      this.keep();
    } else this.failed(answer);
  }

  // What was typed while it was being saved is not saved yet; the timer keeps it.
  taken(answer) {
    this.base = answer.base;
    this.say(this.isChanged ? this.words.unsaved : fill(this.words.saved, answer.kept, answer.number));
    this.saved(answer);
  }

  async send(more) {
    this.sending = post(this.url, {
      base: this.base,
      edition: this.edition,
      cues: this.cues(),
      ...more,
    });
    const answer = await this.sending;
    this.sending = null;
    this.hasFailed = !answer.ok;
    return answer;
  }
}
