// HLS into a video element: hls.js where there is Media Source, else the browser's own.
import { Refused } from "lectern/player/grant";

const BANDWIDTH = "lectern.bandwidth";
const FIRST_GUESS = 2_000_000; // bits a second

export async function open(video, { grant, url, startAt, renditions, onError }) {
  const { default: Hls } = await import("hls.js");
  const options = { grant, url, startAt, renditions, onError };
  if (Hls.isSupported()) return new HlsStream(Hls, video, options);
  if (video.canPlayType("application/vnd.apple.mpegurl")) return new NativeStream(video, options);
  throw new Error("unsupported");
}

class HlsStream {
  #mended = 0;

  constructor(Hls, video, { grant, url, startAt, renditions, onError }) {
    Object.assign(this, { Hls, video, grant, renditions, onError });
    this.hls = new Hls({
      enableWorker: false, // fMP4 needs no remuxing; a worker only delays the first frame
      startPosition: startAt,
      capLevelToPlayerSize: true,
      maxBufferLength: 30,
      backBufferLength: 60,
      abrEwmaDefaultEstimate: Number(localStorage.getItem(BANDWIDTH)) || FIRST_GUESS,
      xhrSetup: (xhr, address) => xhr.open("GET", grant.fresh(address), true),
    });
    this.hls.on(Hls.Events.MANIFEST_PARSED, () => this.#offer());
    this.hls.on(Hls.Events.ERROR, (_name, data) => data.fatal && this.#mend(data));
    this.hls.on(Hls.Events.FRAG_LOADED, () => this.#remember());
    this.hls.loadSource(grant.fresh(url));
    this.hls.attachMedia(video);
  }

  #offer() {
    this.renditions.fill(this.hls.levels);
    this.renditions.addEventListener("change", () => {
      this.hls.nextLevel = this.renditions.selectedIndex;
    });
  }

  #remember() {
    const estimate = Math.round(this.hls.bandwidthEstimate);
    if (estimate > 0) localStorage.setItem(BANDWIDTH, String(estimate));
  }

  async #mend({ type, response, details }) {
    const { NETWORK_ERROR, MEDIA_ERROR } = this.Hls.ErrorTypes;
    if (type === MEDIA_ERROR && this.#mended < 2) {
      this.#mended += 1;
      this.hls.recoverMediaError();
    } else if (type === NETWORK_ERROR && [401, 403].includes(response?.code)) {
      await this.#renew();
    } else if (type === NETWORK_ERROR) {
      this.onError(navigator.onLine ? "network" : "offline", details);
    } else {
      this.onError("media", details);
    }
  }

  async #renew() {
    try {
      await this.grant.renew();
      this.resume();
    } catch (error) {
      this.onError(error instanceof Refused ? "refused" : "network", error.message);
    }
  }

  resume() {
    if (this.hls.levels.length) this.hls.startLoad();
    else this.hls.loadSource(this.hls.url);
  }

  renewed() {}

  close() {
    this.hls.destroy();
  }
}

class NativeStream {
  constructor(video, { grant, url, startAt, onError }) {
    Object.assign(this, { video, grant, url });
    this.#load(startAt);
    this.failed = () => onError(navigator.onLine ? "network" : "offline", video.error?.message);
    video.addEventListener("error", this.failed);
  }

  #load(seconds) {
    this.video.src = `${this.grant.fresh(this.url)}${seconds > 0 ? `#t=${seconds}` : ""}`;
  }

  resume() {
    this.#load(this.video.currentTime);
  }

  // The browser keeps the old addresses: change them while nothing moves.
  renewed() {
    const swap = () => this.resume();
    if (this.video.paused) swap();
    else this.video.addEventListener("pause", swap, { once: true });
  }

  close() {
    this.video.removeEventListener("error", this.failed);
    this.video.removeAttribute("src");
    this.video.load();
  }
}
