// The right to play: a token in the path, minutes long, renewed before it runs out.

const EARLY = 0.7; // of a token's life

export class Refused extends Error {}

export class Grant {
  #renewal = null;
  #timer = 0;
  #due = 0;

  constructor(config, { onChange }) {
    this.onChange = onChange;
    this.url = config.url;
    this.#take(config);
  }

  get isDue() {
    return performance.now() >= this.#due;
  }

  // Every address that was made under an older token is asked for under this one.
  fresh(address) {
    return address.replace(/\/p\/[^/]+\//, `/p/${this.token}/`);
  }

  // Keep the token alive while something plays.
  keepAlive(isPlaying) {
    clearTimeout(this.#timer);
    if (!isPlaying) return;
    const wait = Math.max(this.#due - performance.now(), 1000);
    this.#timer = setTimeout(() => this.renew().catch(() => this.keepAlive(true)), wait);
  }

  renew() {
    this.#renewal ??= this.#ask().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #ask() {
    const answer = await fetch(this.url, { headers: { Accept: "application/json" } });
    if (answer.status >= 500) throw new Error(answer.statusText);
    const config = answer.ok ? await answer.json() : { notice: null };
    if (!config.token) throw new Refused(config.notice?.text ?? "");
    this.#take(config);
    this.keepAlive(this.#timer !== 0);
    this.onChange(config);
    return config;
  }

  #take({ token, source, now }) {
    this.token = token;
    const life = Math.max((source?.expires ?? now) - now, 5) * 1000;
    this.#due = performance.now() + life * EARLY;
  }
}
