// The video beside an editor: it plays through the gate, says where it is, and renews its token.
const { Controller } = window.StimulusModule;
const HLS = "application/vnd.apple.mpegurl";
const RENEW = 150_000; // milliseconds; tokens live some minutes
const BACK = 3;

export class SyncedVideo extends Controller {
  static targets = ["video", "refusal"];
  static values = { url: String };

  async connect() {
    this.videoTarget.addEventListener("seeked", () => this.tell());
    this.videoTarget.addEventListener("play", () => this.telling());
    const answer = await this.grant();
    if (!answer) return;
    if (answer.poster) this.videoTarget.poster = answer.poster;
    await this.load(answer);
    this.renewing = setInterval(() => document.hidden || this.grant(), RENEW);
  }

  disconnect() {
    clearInterval(this.renewing);
    this.hls?.destroy();
  }

  async grant() {
    try {
      const response = await fetch(this.urlValue, { credentials: "same-origin" });
      const answer = await response.json();
      this.refusalTarget.textContent = answer.refusal ?? "";
      this.refusalTarget.hidden = !answer.refusal;
      if (!answer.url) return null;
      this.token = /\/p\/([^/]+)\//.exec(answer.url)?.[1];
      return answer;
    } catch {
      return null; // the line may be back with the next renewal
    }
  }

  async load({ url, type }) {
    const { default: Hls } = await import("../../../vendor/hls.js/dist/hls.light.min.mjs");
    if (type !== HLS || !Hls.isSupported()) {
      this.videoTarget.src = url;
      return;
    }
    const fresh = (asked) => asked.replace(/\/p\/[^/]+\//, `/p/${this.token}/`);
    this.hls = new Hls({ xhrSetup: (xhr, asked) => xhr.open("GET", fresh(asked), true) });
    this.hls.loadSource(url);
    this.hls.attachMedia(this.videoTarget);
  }

  telling() {
    this.tell();
    if (!this.videoTarget.paused) requestAnimationFrame(() => this.telling());
  }

  tell() {
    const { currentTime: at, paused } = this.videoTarget;
    this.dispatch("time", { detail: { at, paused } });
  }

  toggle() {
    if (this.videoTarget.paused) this.videoTarget.play();
    else this.videoTarget.pause();
  }

  back() {
    this.videoTarget.currentTime -= BACK;
  }

  speed({ target }) {
    this.videoTarget.playbackRate = Number(target.value);
  }
}
