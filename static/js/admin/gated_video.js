// Plays beside an editor through the same gate as for members: renews what opens it before it
// runs out, goes on where it was refused, and says in words what does not play.
import { ask } from "./captions/send.js";

const HLS = "application/vnd.apple.mpegurl";
const RENEW = 150_000; // milliseconds; tokens live some minutes
const QUICK = 10_000; // two failures within this many are one that cannot be mended
const OURS = /\/p\/([^/]+)\//;

export class GatedVideo {
  #failedAt = -QUICK;
  #ends = new AbortController();

  // `refusal` is where words stand; its data carries those for what no server says.
  constructor({ video, refusal, url }) {
    Object.assign(this, { video, refusal, url, token: "" });
    const { signal } = this.#ends;
    video.addEventListener("error", () => this.hls || this.failed("media"), { signal });
    video.addEventListener("playing", () => this.say(""), { signal });
    video.addEventListener("play", () => this.isBroken && this.again(), { signal });
  }

  // Returns what the gate answered, or null once it has said why not.
  async open() {
    const answer = await this.grant();
    if (!answer) return null;
    if (answer.poster) this.video.poster = answer.poster;
    await this.load(answer);
    this.renewing ??= setInterval(() => this.renew(), RENEW);
    return answer;
  }

  close() {
    this.#ends.abort();
    clearInterval(this.renewing);
    this.hls?.destroy();
  }

  async grant() {
    const answer = await ask(this.url);
    if (!answer.url) {
      this.say(answer.refusal || this.refusal.dataset[answer.why] || this.refusal.dataset.network);
      return null;
    }
    this.say("");
    this.token = OURS.exec(answer.url)?.[1] ?? "";
    return answer;
  }

  // What fails here is asked for again by the next renewal, or once playing is refused.
  async renew() {
    if (document.hidden && this.video.paused) return;
    const { url, refusal } = await ask(this.url);
    if (url) this.token = OURS.exec(url)?.[1] ?? "";
    else if (refusal) this.say(refusal);
  }

  fresh(address) {
    return this.token ? address.replace(OURS, `/p/${this.token}/`) : address;
  }

  async load({ url, type }, { at = 0, isPlaying = false } = {}) {
    this.isBroken = false;
    const Hls = type === HLS ? await this.library() : null;
    if (Hls?.isSupported()) this.stream(Hls, url, at);
    else this.video.src = at > 0 ? `${url}#t=${at}` : url;
    if (isPlaying) this.video.play()?.catch(() => {});
  }

  stream(Hls, url, at) {
    const xhrSetup = (xhr, asked) => xhr.open("GET", this.fresh(asked), true);
    this.hls = new Hls({ xhrSetup, startPosition: at || -1 });
    this.hls.on(Hls.Events.ERROR, (_name, { fatal, type }) => {
      if (fatal) this.failed(type === Hls.ErrorTypes.MEDIA_ERROR ? "media" : "network");
    });
    this.hls.loadSource(url);
    this.hls.attachMedia(this.video);
  }

  async library() {
    return (await import("../../vendor/hls.js/dist/hls.light.min.mjs")).default;
  }

  failed(word) {
    const isHopeless = performance.now() - this.#failedAt < QUICK;
    this.#failedAt = performance.now();
    this.isBroken = true;
    this.say(this.refusal.dataset[word]);
    if (!isHopeless) return this.again();
    this.video.pause();
  }

  // From where it stopped, under a new grant.
  async again() {
    const place = { at: this.video.currentTime, isPlaying: !this.video.paused };
    this.isBroken = false;
    const answer = await this.grant();
    if (!answer) {
      this.isBroken = true;
      return;
    }
    this.hls?.destroy();
    this.hls = null;
    await this.load(answer, place);
  }

  say(words) {
    this.refusal.textContent = words;
    this.refusal.hidden = !words;
  }
}
