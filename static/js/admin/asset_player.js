// Plays an asset in the library through the same gate as members do.
const { Controller } = window.StimulusModule;
const HLS = "application/vnd.apple.mpegurl";

export class AssetPlayer extends Controller {
  static targets = ["video", "start", "refusal"];
  static values = { url: String };

  async play() {
    this.startTarget.setAttribute("aria-busy", "true");
    const response = await fetch(this.urlValue, { credentials: "same-origin" });
    const answer = await response.json();
    this.startTarget.removeAttribute("aria-busy");
    if (!answer.url) {
      this.refusalTarget.textContent = answer.refusal;
      this.refusalTarget.hidden = false;
      return;
    }
    this.startTarget.hidden = true;
    this.videoTarget.hidden = false;
    if (answer.poster) this.videoTarget.poster = answer.poster;
    await this.load(answer);
    this.videoTarget.focus();
    this.videoTarget.play();
  }

  async load({ url, type }) {
    if (type !== HLS || this.videoTarget.canPlayType(HLS)) {
      this.videoTarget.src = url;
      return;
    }
    const { default: Hls } = await import("../../vendor/hls.js/dist/hls.light.min.mjs");
    this.hls = new Hls();
    this.hls.loadSource(url);
    this.hls.attachMedia(this.videoTarget);
  }

  disconnect() {
    this.hls?.destroy();
  }
}
