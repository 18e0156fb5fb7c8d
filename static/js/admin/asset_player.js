// Plays an asset in the library through the same gate as members do.
import { GatedVideo } from "./gated_video.js";

const { Controller } = window.StimulusModule;

export class AssetPlayer extends Controller {
  static targets = ["video", "start", "refusal"];
  static values = { url: String };

  connect() {
    this.gated = new GatedVideo({ video: this.videoTarget, refusal: this.refusalTarget, url: this.urlValue });
  }

  async play() {
    this.startTarget.setAttribute("aria-busy", "true");
    const answer = await this.gated.open();
    this.startTarget.removeAttribute("aria-busy");
    if (!answer) return;
    this.startTarget.hidden = true;
    this.videoTarget.hidden = false;
    this.videoTarget.focus();
    this.videoTarget.play();
  }

  disconnect() {
    this.gated.close();
  }
}
