// The video beside an editor: it plays through the gate, and says where it is.
import { GatedVideo } from "../gated_video.js";

const { Controller } = window.StimulusModule;
const BACK = 3;

export class SyncedVideo extends Controller {
  static targets = ["video", "refusal"];
  static values = { url: String };

  connect() {
    this.videoTarget.addEventListener("seeked", () => this.tell());
    this.videoTarget.addEventListener("play", () => this.telling());
    this.gated = new GatedVideo({ video: this.videoTarget, refusal: this.refusalTarget, url: this.urlValue });
    this.open();
  }

  async open() {
    const answer = await this.gated.open();
    const fresh = (address) => this.gated.fresh(address);
    if (answer) this.dispatch("opened", { detail: { answer, fresh } });
  }

  disconnect() {
    this.gated.close();
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
