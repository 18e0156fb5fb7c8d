// Keeps what was typed as a draft, and saves it as a version; loses nothing to a broken line.
import { fill } from "./clock.js";
import { post, wordsOf } from "./send.js";

const SOON = 1200;
const LATER = 6000;
const CONFLICT = 409;

export class Keeper {
  constructor({ url, base, edition, words, cues, say, conflict }) {
    Object.assign(this, { url, base, edition, words, cues, say, conflict });
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

  async save(base = this.base) {
    clearTimeout(this.timer);
    await this.sending;
    this.base = base;
    this.say(this.words.saving);
    const answer = await this.send({});
    if (answer.ok) {
      this.base = answer.base;
      this.isChanged = false;
      this.say(fill(this.words.saved, answer.kept, answer.number));
    } else if (answer.status === CONFLICT) {
      this.conflict(answer);
      await this.keep();
    } else this.failed(answer);
    return answer;
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
