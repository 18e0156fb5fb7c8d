// What stood before: each step can be taken back; steps under one name, one after the other, are one.
const MOST = 100;
const isAlike = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export class Past {
  #steps = [];
  #name = "";
  #isSame;

  constructor(first, isSame = isAlike) {
    this.now = first;
    this.#isSame = isSame;
  }

  get isEmpty() {
    return !this.#steps.length;
  }

  note(state, name = "") {
    if (this.#isSame(state, this.now)) return false;
    if (!name || name !== this.#name) this.#steps.push(this.now);
    if (this.#steps.length > MOST) this.#steps.shift();
    [this.now, this.#name] = [state, name];
    return true;
  }

  // The next step is one of its own, whatever its name.
  close() {
    this.#name = "";
  }

  // What follows from the last step by itself: no step of its own.
  amend(state) {
    this.now = state;
    this.close();
  }

  back() {
    if (this.isEmpty) return null;
    this.now = this.#steps.pop();
    this.close();
    return this.now;
  }
}
