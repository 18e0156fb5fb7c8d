// The right to play on another device, which fetches by itself: an address that lives as long as the film.
import { OURS, Refused } from "lectern/player/grant";

const HALF = 0.5; // of its life: one that is older is asked for anew before it is handed out

export class Lease {
  url = "";
  language = ""; // of the captions that the device shows
  #due = 0;

  constructor(grant) {
    this.grant = grant;
  }

  get isDue() {
    return performance.now() >= this.#due;
  }

  // A device knows no track of the page's: our own playlist names the captions.
  get address() {
    return this.language && OURS.test(this.url) ? `${this.url}?captions=${this.language}` : this.url;
  }

  get href() {
    return this.url && new URL(this.address, location.href).href;
  }

  fresh(address) {
    return OURS.test(address) ? address.replace(OURS, `$1${this.token}/`) : this.address;
  }

  forget() {
    this.#due = 0;
  }

  async renew() {
    const ask = () => fetch(`/p/${this.grant.token}/remote`, { method: "POST" });
    let answer = await ask();
    if (answer.status === 403) {
      await this.grant.renew();
      answer = await ask();
    }
    if (answer.status >= 500) throw new Error(answer.statusText);
    if (!answer.ok) throw new Refused("");
    const { token, url, expires_at: expires } = await answer.json();
    Object.assign(this, { token, url });
    this.#due = performance.now() + (expires - this.grant.now) * 1000 * HALF;
  }
}
