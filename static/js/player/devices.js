// Devices that play for a browser: WebKit tells of them in its own words, the others by the standard.

const SETTLED = 1000; // ms: while it connects WebKit says yes, no and yes again
const HLS_TYPE = "application/vnd.apple.mpegurl";

export function devicesOf(video, hears) {
  if (video.webkitShowPlaybackTargetPicker) return new AirPlay(video, hears);
  return video.remote && video.canPlayType(HLS_TYPE) ? new RemotePlayback(video, hears) : null;
}

// WebKit hands a device the stream's second source by itself, whoever's picker it was.
class AirPlay {
  icon = "airplay";
  #timer = 0;

  constructor(video, { signal, onThere, onChange }) {
    this.video = video;
    const listen = (name, run) => video.addEventListener(name, run, { signal });
    listen("webkitplaybacktargetavailabilitychanged", ({ availability }) => onThere(availability === "available"));
    listen("webkitcurrentplaybacktargetiswirelesschanged", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => onChange(this.isOn), SETTLED);
    });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  get isOn() {
    return this.video.webkitCurrentPlaybackTargetIsWireless;
  }

  prompt() {
    this.video.webkitShowPlaybackTargetPicker();
  }
}

// Told only of addresses that a device can fetch, once their beginning is read: an element of its own asks.
class RemotePlayback {
  icon = "cast";
  #probe = null;

  constructor(video, { signal, onThere, onChange, onConnecting }) {
    Object.assign(this, { video, signal, onThere });
    const listen = (name, run) => video.remote.addEventListener(name, run, { signal });
    listen("connecting", () => onConnecting());
    listen("connect", () => onChange(true));
    listen("disconnect", () => onChange(false));
  }

  get isOn() {
    return this.video.remote.state === "connected";
  }

  look(address) {
    this.#probe = Object.assign(document.createElement("video"), { preload: "metadata", muted: true, src: address });
    const { remote } = this.#probe;
    remote.watchAvailability((isThere) => this.onThere(isThere)).catch(() => this.onThere(false));
    this.signal.addEventListener("abort", () => {
      remote.cancelWatchAvailability().catch(() => {});
      this.#probe.removeAttribute("src");
      this.#probe.load();
    });
  }

  prompt() {
    return this.video.remote.prompt();
  }
}
