// The right to play: a token in the path, minutes long, renewed before it runs out.

const EARLY = 0.7; // of a token's life
const SHORTEST = 1; // seconds
const FIRST = 1000; // ms until a failed renewal is tried again; twice as long each time
const LONGEST = 30_000; // ms
export const OURS = new RegExp(`^((?:${location.origin})?/p/)[^/]+/`);

export class Refused extends Error {}

export class Grant {
  #renewal = null;
  #timer = 0;
  #due = 0;
  #failures = 0;
  #ahead = 0; // seconds our clock is behind the server's

  constructor(config, { onChange, onRefused = () => {} }) {
    Object.assign(this, { onChange, onRefused });
    this.url = config.url;
    this.edition = config.edition; // of the film that lies behind the address
    this.renews = config.source.renews ?? ""; // how a stranger's address is renewed
    this.#learn(config);
  }

  // Seconds since the epoch by the server's clock.
  get now() {
    return Date.now() / 1000 + this.#ahead;
  }

  get isDue() {
    return performance.now() >= this.#due;
  }

  // Every address that was made under an older token is asked for under this one.
  fresh(address) {
    if (OURS.test(address)) return address.replace(OURS, `$1${this.token}/`);
    return this.renews === "query" ? this.#requeried(address) : address;
  }

  // Another house's token stands in the query: hand the newest to whatever carried the old one.
  #requeried(address) {
    const asked = new URL(address, location.href);
    const newest = new URL(this.address, location.href);
    if (asked.host !== newest.host) return address;
    for (const [name, value] of newest.searchParams) {
      if (asked.pathname === newest.pathname || asked.searchParams.has(name)) asked.searchParams.set(name, value);
    }
    return asked.href;
  }

  // Keep the token alive while something plays.
  keepAlive(isPlaying) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (!isPlaying) return;
    const wait = Math.max(this.#due - performance.now(), this.#pause);
    this.#timer = setTimeout(() => this.#renewInTime(), wait);
  }

  // Longer with each failure, and never the same for all who lost one server.
  get #pause() {
    if (!this.#failures) return 500;
    return Math.min(FIRST * 2 ** (this.#failures - 1), LONGEST) * (0.5 + Math.random() / 2);
  }

  async #renewInTime() {
    try {
      await this.renew();
    } catch (error) {
      this.#failures += 1;
      if (!this.#timer) return; // paused meanwhile
      this.keepAlive(!(error instanceof Refused));
      if (error instanceof Refused) this.onRefused(error);
    }
  }

  renew() {
    this.#renewal ??= this.#ask().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  // The gate renews a token that still lives; for a dead one the page's own grant is asked.
  async #ask() {
    const answer = await fetch(`/p/${this.token}/renew`, { method: "POST" });
    if (answer.status >= 500) throw new Error(answer.statusText);
    const film = answer.ok ? this.#take(await answer.json()) : await this.#askAnew();
    this.#failures = 0;
    this.keepAlive(this.#timer !== 0);
    this.onChange(film);
  }

  async #askAnew() {
    const answer = await fetch(this.url, { headers: { Accept: "application/json" } });
    if (answer.status >= 500) throw new Error(answer.statusText);
    const config = answer.ok ? await answer.json() : {};
    if (!config.token) throw new Refused(config.notice?.text ?? "");
    return this.#learn(config);
  }

  // Somebody has asked the page's own grant meanwhile.
  hear(config) {
    this.onChange(this.#learn(config));
  }

  // A cut, or another file, puts another film behind the same address: then its config is returned.
  #learn(config) {
    const { now, token, source, edition = this.edition } = config;
    const isOther = edition !== this.edition;
    this.edition = edition;
    this.#ahead = now - Date.now() / 1000;
    this.#take({ token, url: source.url, expires_at: source.expires });
    return isOther ? config : undefined;
  }

  #take({ token, url, expires_at: expires }) {
    this.token = token;
    this.address = url ?? this.address;
    const life = Math.max(expires - this.now, SHORTEST) * 1000;
    this.#due = performance.now() + life * EARLY;
  }
}
