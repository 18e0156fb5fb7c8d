// A film on another device: a button where one is there, and the same second on the way there and back.
import { devicesOf } from "lectern/player/devices";
import { Lease } from "lectern/player/lease";
import { lend, open } from "lectern/player/stream";

const CALM = 5000; // ms: the first segments come before anybody looks for devices
const PATIENCE = 2500; // ms for the first bytes: a press is forgotten after some seconds

export class Remote {
  #isThere = false;
  #isLent = false;
  #isAsking = false;

  constructor(player, { signal }) {
    Object.assign(this, { player, signal, video: player.video });
    this.button = player.part("remote");
    this.lease = new Lease(player.grant);
    this.here = { seconds: this.video.currentTime, isPlaying: player.isPlaying };
    const onThere = (isThere) => this.#found(isThere);
    const onChange = (isOn) => (isOn ? this.#went() : this.#returned());
    const onConnecting = () => this.#say(player.words.remoteConnecting);
    this.devices = devicesOf(this.video, { signal, onThere, onChange, onConnecting });
    if (!this.devices) return;
    this.button.dataset.icon = this.devices.icon;
    this.button.addEventListener("click", () => this.press(), { signal });
    for (const name of ["timeupdate", "play", "pause", "seeked"]) {
      this.video.addEventListener(name, () => this.#note(), { signal });
    }
    this.video.textTracks.addEventListener("change", () => this.#choose(), { signal });
    this.#choose();
  }

  // An element that changes its source says 0 and "paused" before it has anything.
  #note() {
    const { readyState, currentTime: seconds, paused } = this.video;
    if (readyState === 0) return;
    this.here = { seconds, isPlaying: !paused };
    this.begunAt ??= performance.now();
    if (this.devices.look && performance.now() - this.begunAt >= CALM) this.#look();
  }

  // The smallest picture costs least, and asks for a device with a screen all the same.
  async #look() {
    if (this.looked) return;
    this.looked = true;
    if (!(await this.#asked())) return;
    const { least } = this.player.stream;
    this.devices.look(least ? this.lease.fresh(least) : this.lease.url);
  }

  async #asked() {
    if (!this.lease.isDue) return true;
    try {
      await this.lease.renew();
      return true;
    } catch {
      return false; // it is asked again when somebody presses
    }
  }

  async #found(isThere) {
    this.#isThere = isThere;
    this.button.hidden = !isThere && !this.#isLent;
    if (isThere && (await this.#asked())) this.#offer();
  }

  // The captions that are read here are read there.
  #choose() {
    const shown = [...this.video.textTracks].find(({ kind, mode }) => mode === "showing" && /captions|subtitles/.test(kind));
    this.lease.language = shown?.language ?? "";
    this.#offer();
  }

  #offer() {
    if (this.#isThere && !this.#isLent && this.lease.url) this.player.stream?.offer?.(this.lease.href);
  }

  async renewed(isOther = false) {
    if (isOther) this.lease.forget();
    if (this.#isThere && !this.#isLent && (await this.#asked())) this.#offer();
    if (isOther && this.#isLent && (await this.#asked())) this.player.stream.resume();
  }

  async press() {
    const { devices } = this;
    if (devices.icon === "airplay" || devices.isOn) return devices.prompt();
    if (this.#isAsking) return undefined;
    this.#isAsking = true;
    try {
      if (!(await this.#asked())) throw new Error("no address");
      await this.#hand();
      await devices.prompt();
    } catch {
      this.#say("");
      this.player.calm();
      await this.#takeBack(); // nobody was chosen
    }
    this.#isAsking = false;
    return undefined;
  }

  // What plays from now on can be fetched by whoever is chosen.
  async #hand() {
    if (this.#isLent) return;
    this.#isLent = true;
    const { lease, here, video } = this;
    const { source } = this.player.config;
    const known = this.player.stream.address.url;
    const arrived = new Promise((done) => {
      video.addEventListener("loadedmetadata", done, { once: true });
      setTimeout(done, PATIENCE);
    });
    const isThere = video.currentSrc === lease.href; // the browser has changed to it already
    await this.player.put(lend, { grant: lease, url: source.url, startAt: here.seconds, isPlaying: here.isPlaying, isThere });
    if (known !== source.url) this.player.stream.change(known);
    if (!isThere) await arrived;
  }

  async #takeBack() {
    if (!this.#isLent) return;
    this.#isLent = false;
    const { seconds, isPlaying } = this.here;
    const { stream, config } = this.player;
    const known = stream.address.url;
    await this.player.put(open, { startAt: seconds });
    if (known !== config.source.url) this.player.stream.change(known);
    this.#offer();
    this.button.hidden = !this.#isThere;
    if (isPlaying) await this.player.play();
  }

  async #went() {
    if (!(await this.#asked())) return;
    this.player.dataset.away = "";
    this.button.ariaPressed = "true";
    this.button.hidden = false;
    this.#say(this.player.words.remoteOn);
    await this.#hand();
  }

  async #returned() {
    this.#say("");
    if (this.player.isAway) this.player.osd(this.player.words.remoteOff);
    delete this.player.dataset.away;
    this.button.ariaPressed = "false";
    await this.#takeBack();
  }

  #say(text) {
    this.player.part("away").textContent = text;
  }
}
