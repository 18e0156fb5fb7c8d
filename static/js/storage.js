// What this browser keeps, as JSON. One that keeps nothing, or has no room, is asked in vain, and all goes on.

class Storage {
  #name;

  constructor(name) {
    this.#name = name;
  }

  // Where site data are blocked, naming it throws already.
  #ask(run) {
    try {
      return run(globalThis[this.#name]) ?? null;
    } catch {
      return null;
    }
  }

  get(key) {
    return this.#ask((kept) => JSON.parse(kept.getItem(key)));
  }

  set(key, value) {
    this.#ask((kept) => kept.setItem(key, JSON.stringify(value)));
  }

  remove(key) {
    this.#ask((kept) => kept.removeItem(key));
  }

  keys(prefix) {
    return this.#ask((kept) => Object.keys(kept).filter((key) => key.startsWith(prefix))) ?? [];
  }
}

export const local = new Storage("localStorage"); // for good
export const visit = new Storage("sessionStorage"); // for this tab
