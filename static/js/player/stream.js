// HLS into a video element: hls.js where there is Media Source, else the browser's own.
import { Refused } from "lectern/player/grant";
import { local } from "lectern/storage";

const BANDWIDTH = "lectern.bandwidth";
const FIRST_GUESS = 2_000_000; // bits a second
const HLS_TYPE = "application/vnd.apple.mpegurl";
const QUICK = 10_000; // two failures within this many ms are one that cannot be mended
const TRIES = 2; // new tokens for one refusal
const BREAKS = 2; // mended within LONG
const LONG = 60_000; // ms
const AGAIN = 5000; // ms
const ENOUGH = 0.5; // seconds of picture that lie ready

// Media Source first: it asks for each segment by our hand, so that a token changes unseen.
export function wayOf(hasMediaSource, video) {
  if (hasMediaSource) return "hls.js";
  return video.canPlayType(HLS_TYPE) ? "native" : "";
}

export async function open(video, options) {
  const { default: Hls } = await import("hls.js");
  const way = wayOf(Hls.isSupported(), video);
  if (way === "hls.js") return new HlsStream(Hls, video, options);
  if (way === "native") return new NativeStream(video, options);
  throw new Error("unsupported");
}

// What a device plays that fetches by itself: no renewal of ours reaches it.
export async function lend(video, options) {
  return new LentStream(video, options);
}

// A connection that broke off is tried again; hls.js does so only where the browser says "offline".
function patient({ default: policy }) {
  const { errorRetry } = policy;
  const shouldRetry = ({ maxNumRetry }, count, _isTimeout, response, isRetried) =>
    isRetried || (response?.code === 0 && count < maxNumRetry);
  return { default: { ...policy, errorRetry: { ...errorRetry, shouldRetry } } };
}

// How many seconds lie ready from here on.
function ahead({ buffered, currentTime }) {
  for (let range = 0; range < buffered.length; range += 1) {
    const isHere = buffered.start(range) <= currentTime + ENOUGH && currentTime < buffered.end(range);
    if (isHere) return buffered.end(range) - currentTime;
  }
  return 0;
}

// What an address names, whoever may see it.
function bare(address) {
  const { host, pathname } = new URL(address, location.href);
  return host + pathname;
}

// Where a stream is now: the source's own address may change, any other gets the newest token.
class Address {
  constructor(grant, url) {
    Object.assign(this, { grant, url, home: url });
  }

  get now() {
    return this.url === this.home ? this.grant.address : this.grant.fresh(this.url);
  }

  take() {
    this.taken = this.now;
    return this.taken;
  }

  // A new token reaches what was taken.
  get isSame() {
    return bare(this.now) === bare(this.grant.fresh(this.taken));
  }
}

// Where a video goes on whose address changes: as far, and playing if it was. The element forgets
// both at once, so a second change before the first one has arrived keeps the place.
class Place {
  #kept = null;

  constructor(video) {
    this.video = video;
    this.arrived = () => this.#goOn();
    video.addEventListener("loadedmetadata", this.arrived);
  }

  get now() {
    const { currentTime: seconds, paused } = this.video;
    return this.#kept ?? { seconds, isPlaying: !paused };
  }

  keep(place = this.now) {
    this.#kept = place;
    return place;
  }

  // At a film that somebody else has put there.
  arriveAt(place) {
    this.keep(place);
    if (this.video.readyState > 0) this.#goOn();
  }

  #goOn() {
    if (!this.#kept) return;
    const { seconds, isPlaying } = this.#kept;
    this.#kept = null;
    if (Math.abs(this.video.currentTime - seconds) > 0.5) this.video.currentTime = seconds;
    if (isPlaying) this.video.play().catch(() => {});
  }

  close() {
    this.video.removeEventListener("loadedmetadata", this.arrived);
  }
}

export class HlsStream {
  #breaks = 0;
  #brokeAt = -LONG;
  #refusals = 0;
  #refusedAt = -QUICK;
  #arrivedAt = 0;
  way = "hls.js";

  constructor(Hls, video, { grant, url, startAt, renditions, onError }) {
    Object.assign(this, { Hls, video, grant, renditions, onError });
    Object.assign(this, { place: new Place(video), address: new Address(grant, url) });
    this.chosen = () => (this.hls.nextLevel = renditions.level);
    renditions.addEventListener("change", this.chosen);
    this.#begin(startAt);
  }

  #begin(startAt) {
    const { Hls, video, grant } = this;
    const { fragLoadPolicy, playlistLoadPolicy } = Hls.DefaultConfig;
    this.hls = new Hls({
      preferManagedMediaSource: "WebKitPlaybackTargetAvailabilityEvent" in window, // has room for a second source
      enableWorker: false, // fMP4 needs no remuxing; a worker only delays the first frame
      startPosition: startAt,
      capLevelToPlayerSize: true,
      maxBufferLength: 30,
      backBufferLength: 60,
      fragLoadPolicy: patient(fragLoadPolicy),
      playlistLoadPolicy: patient(playlistLoadPolicy),
      abrEwmaDefaultEstimate: local.get(BANDWIDTH) ?? FIRST_GUESS,
      xhrSetup: (xhr, address) => xhr.open("GET", grant.fresh(address), true),
    });
    for (const known of [Hls.Events.MANIFEST_PARSED, Hls.Events.LEVELS_UPDATED]) {
      this.hls.on(known, () => this.#offer(this.hls.loadLevel));
    }
    this.hls.on(Hls.Events.LEVEL_SWITCHED, (_name, { level }) => this.#offer(level));
    this.hls.on(Hls.Events.ERROR, (_name, data) => data.fatal && this.#mend(data));
    this.hls.on(Hls.Events.MEDIA_ATTACHED, () => this.#putBeside());
    this.hls.on(Hls.Events.FRAG_LOADED, () => this.#remember());
    this.hls.loadSource(this.address.take());
    this.hls.attachMedia(video);
  }

  // The player stays with the codec that it chose; the menu offers that one's sizes.
  #offer(level) {
    const { levels } = this.hls;
    const isChosen = (one) => one.codecSet === this.renditions.chosen?.codecSet;
    const { codecSet } = levels[level] ?? levels.find(isChosen) ?? levels[0] ?? {};
    if (this.offered?.levels === levels && this.offered.codecSet === codecSet) return;
    this.offered = { levels, codecSet };
    this.renditions.fill(levels, codecSet);
    if (this.renditions.level >= 0) this.chosen(); // hls.js forgets it with each source
  }

  // Where the smallest picture is.
  get least() {
    return [...this.hls.levels].sort((one, other) => one.bitrate - other.bitrate)[0]?.uri;
  }

  // Bits a second of what plays.
  get bitRate() {
    return this.hls.levels[this.hls.currentLevel]?.bitrate ?? 0;
  }

  change(url) {
    this.address.url = url;
    this.#reload();
  }

  #reload(seconds = this.place.now.seconds) {
    this.hls.config.startPosition = this.place.keep({ ...this.place.now, seconds }).seconds;
    this.hls.loadSource(this.address.take());
  }

  // An address for a device that the browser chooses: WebKit's way is a second source.
  offer(href) {
    this.spare = href;
    this.#putBeside();
  }

  // hls.js forbids devices where the browser manages its buffer; once that is open, they are welcome.
  #putBeside() {
    const { video, spare } = this;
    video.disableRemotePlayback = false;
    const [own, beside] = video.querySelectorAll("source");
    if (!own || !spare || beside?.src === spare) return;
    const source = Object.assign(document.createElement("source"), { type: HLS_TYPE, src: spare });
    if (beside) beside.replaceWith(source);
    else own.after(source);
  }

  #remember() {
    this.#arrivedAt = performance.now();
    this.#found();
    const estimate = Math.round(this.hls.bandwidthEstimate);
    if (estimate > 0) local.set(BANDWIDTH, estimate);
  }

  async #mend({ type, response, details }) {
    const { NETWORK_ERROR, MEDIA_ERROR } = this.Hls.ErrorTypes;
    if (type === MEDIA_ERROR && this.#countBreak() <= BREAKS) {
      this.place.keep();
      this.hls.recoverMediaError();
    } else if (type === NETWORK_ERROR && [401, 403].includes(response?.code)) {
      await this.#renew(response.url);
    } else if (type === NETWORK_ERROR) {
      this.#lose(details);
    } else {
      this.isBroken = true;
      this.onError("media", details);
    }
  }

  // Breaks of long ago are forgiven.
  #countBreak() {
    const before = this.#brokeAt;
    this.#brokeAt = performance.now();
    this.#breaks = this.#brokeAt - before > LONG ? 1 : this.#breaks + 1;
    return this.#breaks;
  }

  #rebuild() {
    const { seconds } = this.place.keep();
    this.isBroken = false;
    this.#breaks = 0;
    this.hls.destroy();
    this.#begin(seconds);
  }

  // No connection: nobody is told while there is something to play, and it is tried again meanwhile.
  #lose(details) {
    const { video } = this;
    this.#found();
    if (ahead(video) < ENOUGH) {
      this.onError(navigator.onLine ? "network" : "offline", details);
      return;
    }
    const tell = () => {
      this.#found();
      this.hls.stopLoad();
      this.#lose(details);
    };
    const timer = setTimeout(() => this.hls.startLoad(), AGAIN);
    video.addEventListener("waiting", tell);
    this.lost = () => {
      clearTimeout(timer);
      video.removeEventListener("waiting", tell);
    };
  }

  #found() {
    this.lost?.();
    this.lost = null;
  }

  // A refusal that new tokens do not cure is final.
  #countRefusal() {
    const before = this.#refusedAt;
    this.#refusedAt = performance.now();
    const isAnother = this.#arrivedAt > before && this.#refusedAt - before > QUICK;
    this.#refusals = isAnother ? 1 : this.#refusals + 1;
    return this.#refusals;
  }

  // Playlists name segments on other hosts, signed for a while: no token of ours renews those.
  async #renew(refused) {
    if (this.#countRefusal() > TRIES) {
      this.#refusals = 0; // who presses "Check again" asks anew
      return this.onError("refused");
    }
    try {
      await this.grant.renew();
      const isReached = this.#refusals < TRIES && this.grant.fresh(refused) !== refused;
      if (isReached && this.address.isSame) this.resume();
      else this.#reload();
    } catch (error) {
      this.onError(error instanceof Refused ? "refused" : "network", error.message);
    }
    return undefined;
  }

  resume() {
    if (this.isBroken) this.#rebuild();
    else if (this.hls.levels.length) this.hls.startLoad();
    else this.#reload();
  }

  // `seconds`: where another film goes on that lies behind the same address now.
  renewed(seconds) {
    if (seconds !== undefined || !this.address.isSame) this.#reload(seconds);
  }

  close() {
    this.place.close();
    this.renditions.removeEventListener("change", this.chosen);
    this.#found();
    this.hls.destroy();
  }
}

export class NativeStream {
  #failedAt = -QUICK;
  way = "native";
  bitRate = 0; // the browser keeps it to itself

  constructor(video, { grant, url, startAt, onError, isPlaying = false, isThere = false }) {
    Object.assign(this, { video, grant, onError, place: new Place(video), address: new Address(grant, url) });
    video.preload = "auto"; // changed addresses show their picture again, and say where they are
    this.failed = () => this.#mend();
    this.rested = () => !video.ended && this.resume();
    video.addEventListener("error", this.failed);
    const place = { ...this.place.now, seconds: startAt, isPlaying };
    if (isThere) this.place.arriveAt(place);
    else this.#load(place);
  }

  #load(place) {
    const here = this.place.keep(place);
    this.video.src = `${this.address.now}${here.seconds > 0 ? `#t=${here.seconds}` : ""}`;
  }

  change(url) {
    this.address.url = url;
    this.resume();
  }

  resume() {
    this.#load(this.place.now);
  }

  // The browser asks under the old token until it is refused: then go on at once under a new one.
  async #mend() {
    const here = this.place.now;
    const isHopeless = performance.now() - this.#failedAt < QUICK;
    this.#failedAt = performance.now();
    if (isHopeless) {
      this.onError(navigator.onLine ? "network" : "offline", this.video.error?.message);
      return;
    }
    try {
      this.place.keep(here);
      await this.grant.renew();
      this.resume();
    } catch (error) {
      this.onError(error instanceof Refused ? "refused" : "network", error.message);
    }
  }

  // Change the addresses while nothing moves, so that no refusal is met later.
  renewed(seconds) {
    if (seconds !== undefined) this.#load({ ...this.place.now, seconds });
    else if (this.video.paused) this.resume();
    else this.video.addEventListener("pause", this.rested, { once: true });
  }

  close() {
    this.place.close();
    this.video.removeEventListener("pause", this.rested);
    this.video.removeEventListener("error", this.failed);
    this.video.removeAttribute("src");
    for (const source of this.video.querySelectorAll("source")) source.remove();
    this.video.load();
  }
}

class LentStream extends NativeStream {
  // Its address outlives the page's tokens; another film comes with another lease.
  renewed(seconds) {
    if (seconds !== undefined) this.place.keep({ ...this.place.now, seconds });
  }
}
