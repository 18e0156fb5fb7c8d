// <lectern-player>: one player for every provider; see templates/parts/player.html for its inside.
import { clock } from "lectern/clock";
import { another } from "lectern/player/another";
import { lookAgain } from "lectern/player/elsewhere";
import { Ending, wentOn } from "lectern/player/ending";
import { Grant, Refused } from "lectern/player/grant";
import { Heartbeat } from "lectern/player/heartbeat";
import { Keyboard } from "lectern/player/keyboard";
import { followScroll } from "lectern/player/mini";
import { Notice } from "lectern/player/notice";
import { forget, resume } from "lectern/player/position";
import { keepSpeed, Preferences } from "lectern/player/preferences";
import { Progress } from "lectern/player/progress";
import { Renditions } from "lectern/player/renditions";
import { showStoryboard } from "lectern/player/storyboard";
import { Tracker } from "lectern/player/tracker";
import { takeTurns } from "lectern/player/turn";
import { Viewing } from "lectern/player/viewing";

const POLL = 2000;

class LecternPlayer extends HTMLElement {
  #ends = null;
  #opening = null;
  #osdTimer = 0;
  #missed = null; // renewed before there were tools: whether it brought another film
  stream = null;
  pressedAt = 0;

  connectedCallback() {
    if (this.#ends) return;
    this.#ends = new AbortController();
    this.config = JSON.parse(this.querySelector("script[type='application/json']").textContent);
    this.words = this.config.words;
    this.video = this.querySelector("video");
    this.stage = this.querySelector("media-controller");
    const { signal } = this.#ends;
    this.notice = new Notice(this.part("notice"), { onAction: () => this.retry(), signal });
    this.#listen(this, "player:poll", () => this.poll());
    if (this.config.state === "ready") this.#equip();
    else this.#wait(this.config);
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected || !this.#ends) return;
      this.heartbeat?.beat();
      this.#ends.abort();
      this.stream?.close();
      this.grant?.keepAlive(false);
      this.#rest();
    });
  }

  // As it was before anybody played: put into a page again it begins anew.
  #rest() {
    this.#ends = this.#opening = this.#missed = this.stream = this.equipped = this.tools = null;
    this.pressedAt = 0;
    this.isAsking = false;
    delete this.dataset.started;
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  get isPlaying() {
    return !this.video.paused;
  }

  get duration() {
    return Number.isFinite(this.video.duration) ? this.video.duration : this.config.source?.duration ?? 0;
  }

  get isLooping() {
    return this.tools?.loop.isWhole ?? false;
  }

  // Another device plays.
  get isAway() {
    return "away" in this.dataset;
  }

  get hasSound() {
    return "sound" in this.dataset;
  }

  // Arrow keys scroll the page again once the player is out of sight and silent.
  get isNear() {
    const { bottom } = this.getBoundingClientRect();
    return this.isPlaying || bottom > 0;
  }

  // --- from a page without a picture to one with -----------------------------------------

  #wait(config) {
    this.#tell(config.notice);
    if (config.state === "processing") setTimeout(() => this.poll(), POLL);
  }

  async poll() {
    if (!this.isConnected || this.config.state === "ready") return;
    this.config = { ...this.config, ...(await this.ask()) }; // without an answer what is shown stays
    if (this.config.state === "ready") this.#equip();
    else this.#wait(this.config);
  }

  // --- ready -----------------------------------------------------------------------------

  #equip() {
    const { signal } = this.#ends;
    const { config, video } = this;
    this.notice.hide();
    this.dataset.state = "ready";
    video.removeAttribute("controls");
    video.replaceChildren(...[...video.children].filter(({ localName }) => localName !== "source"));
    if (config.source.poster) video.poster = config.source.poster;
    this.renditions = new Renditions();
    Object.defineProperty(video, "videoRenditions", { value: this.renditions, configurable: true });
    this.preferences = new Preferences(config);
    keepSpeed(video, this.preferences, { signal });
    this.progress = new Progress(config);
    const onRefused = (error) => this.#refused(error);
    this.grant = new Grant(config, { onChange: (film) => this.#renewed(film), onRefused });
    const onRange = (range) => this.#watched(range);
    this.tracker = new Tracker(video, { signal, onRange });
    this.viewing = new Viewing(this, { signal });
    if (config.member) this.#remember(signal);
    takeTurns(this, { signal });
    new Keyboard(this, { signal, osd: (text) => this.osd(text) });
    followScroll(this, this.part("frame"), { signal, onClose: () => video.pause() });
    this.#arm(signal);
    if (config.page && wentOn()) this.play();
  }

  #remember(signal) {
    const { config, grant, tracker } = this;
    const onKept = () => this.#kept();
    this.heartbeat = new Heartbeat(this.video, { config, grant, tracker, signal, onKept });
    this.heartbeat.flush();
  }

  #arm(signal) {
    const { video } = this;
    this.#listen(this.part("start"), "click", () => this.play());
    this.#sayWhere();
    for (const name of ["pointerenter", "focusin", "touchstart"])
      this.addEventListener(name, () => this.warm(), { signal, once: true, passive: true });
    this.#listen(video, "play", () => {
      this.dataset.started = "";
      this.grant.keepAlive(true);
    });
    this.#listen(video, "pause", () => this.grant.keepAlive(false));
    this.#listen(video, "ended", () => this.#emit("player:ended", { page: this.config.page }));
    this.#listen(this.part("more-button"), "click", () => this.extras());
    this.ending = new Ending(this, this.part("end"), { signal });
    lookAgain(this, { signal, onElsewhere: () => this.#sayWhere() });
    this.#listen(this, "mediaplayrequest", (event) => this.stream || this.#takeOver(event), true);
    this.#listen(window, "online", () => this.notice.isShown && this.retry());
  }

  // This browser may know a newer second than the page was made with.
  #sayWhere() {
    const seconds = resume(this.config);
    if (seconds > 1) this.part("start-words").textContent = `${this.words.resumeAt} ${clock(seconds)}`;
    else if (this.config.position > 1) this.part("start-words").textContent = this.words.watchAgain;
  }

  #listen(target, name, run, capture = false) {
    target.addEventListener(name, run, { signal: this.#ends.signal, capture });
  }

  // The controls ask to play before there is a stream: open it first.
  #takeOver(event) {
    event.stopPropagation();
    this.play();
  }

  controls() {
    this.loaded ??= (async () => {
      const { adoptStyles } = await import("lectern/player/adopt_styles");
      adoptStyles("media-");
      await import("media-chrome");
      this.stage.fullscreenElement = this.part("window"); // its attribute of that name is not observed
      this.querySelector("media-captions-button")?.setAttribute("role", "switch"); // it is on or off
    })();
    return this.loaded;
  }

  // Somebody means to play: fetch the code, the playlists and the first segments.
  warm() {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open() {
    const { open } = await import("lectern/player/stream");
    if (this.grant.isDue) await this.grant.renew();
    const startAt = this.video.currentTime || resume(this.config);
    await this.put(open, { startAt });
    this.controls(); // while the first segments are on their way
    showStoryboard(this.video, this.#storyboard);
    this.extras();
  }

  // Another stream takes this one's place.
  async put(open, options) {
    const { video, grant, renditions, config } = this;
    const onError = (kind, detail) => this.#failed(kind, detail);
    this.stream?.close();
    this.stream = await open(video, { grant, url: config.source.url, renditions, onError, ...options });
  }

  // Share, repeat, listen, chapters, captions: fetched after the picture.
  extras() {
    this.equipped ??= (async () => {
      const { Extras } = await import("lectern/player/extras");
      this.tools = new Extras(this, { signal: this.#ends.signal });
      if (this.#missed !== null) this.tools.renewed(this.#missed);
      return this.tools;
    })();
    return this.equipped;
  }

  async play() {
    this.dataset.started = "";
    this.pressedAt ||= performance.now();
    try {
      await this.warm();
      await this.video.play();
      if (this.config.page) forget();
    } catch (error) {
      this.#opening = this.stream ? this.#opening : null;
      if (error.name === "NotAllowedError") this.#askForPress();
      else if (error.name !== "AbortError") this.#failed(this.#reason(error), error.message);
    }
  }

  // A browser that starts nothing by itself; the time to the first picture begins with the press.
  #askForPress() {
    delete this.dataset.started;
    this.pressedAt = 0;
  }

  #reason(error) {
    if (error instanceof Refused) return "refused";
    if (error.message === "unsupported") return "unsupported";
    return navigator.onLine ? "network" : "offline";
  }

  advance() {
    this.ending.advance();
  }

  toggle() {
    if (this.isPlaying) this.video.pause();
    else this.play();
  }

  async seek(seconds) {
    await this.warm();
    const { video } = this;
    if (video.readyState === 0) await new Promise((done) => video.addEventListener("loadedmetadata", done, { once: true }));
    video.currentTime = Math.min(Math.max(seconds, 0), video.duration || seconds);
  }

  // --- while it plays --------------------------------------------------------------------

  #watched(range) {
    this.viewing.watched(range);
    this.progress.add(range);
    const { fraction, isDue } = this.progress;
    this.#emit("player:progress", { page: this.config.page, fraction });
    if (isDue && !this.isAsking && this.heartbeat) {
      this.isAsking = true;
      this.heartbeat.beat();
    }
  }

  // The server has every beat: if that completes the lesson, ask it, and believe only it.
  async #kept() {
    if (!this.isAsking || this.progress.isCompleted) return;
    const answer = await this.ask();
    this.isAsking = this.progress.isCompleted = answer?.completed ?? false;
    if (this.isAsking) this.#emit("player:completed", { page: this.config.page });
  }

  // What the server says of this player now; null where it says nothing.
  async ask() {
    try {
      const answer = await fetch(this.config.url, { headers: { Accept: "application/json" } });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  #renewed(film) {
    const at = film && another(this, film);
    if (film) this.progress = new Progress(this.config);
    this.stream?.renewed(at);
    if (this.tools) this.tools.renewed(Boolean(film));
    else this.#missed ||= Boolean(film);
    showStoryboard(this.video, this.#storyboard);
    if (film) this.#emit("player:film"); // what else stands beside it
  }

  get #storyboard() {
    const { storyboard } = this.config.source;
    return storyboard && this.grant.fresh(storyboard);
  }

  // --- trouble ---------------------------------------------------------------------------

  #failed(kind, detail) {
    console.info(`player: ${kind} ${detail ?? ""}`);
    this.viewing?.failed(kind);
    const { title, text, action } = this.words[kind];
    this.#tell({ kind, title, text, action });
  }

  #refused({ message }) {
    this.video.pause();
    this.#failed("refused", message);
  }

  #tell(notice) {
    this.notice.show(notice);
    this.dataset.state = notice.kind;
  }

  calm() {
    this.notice.hide();
    this.dataset.state = "ready";
  }

  async retry() {
    if (this.config.state !== "ready") return this.poll();
    this.calm();
    try {
      await this.grant.renew();
      this.stream?.resume();
      await this.play();
    } catch (error) {
      this.#failed(this.#reason(error), error.message);
    }
  }

  // --- what others call ------------------------------------------------------------------

  showKeys() {
    document.getElementById("shortcuts")?.showModal();
  }

  osd(text) {
    const bubble = this.part("osd");
    bubble.textContent = text;
    bubble.dataset.shown = "";
    clearTimeout(this.#osdTimer);
    this.#osdTimer = setTimeout(() => delete bubble.dataset.shown, 700);
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

customElements.define("lectern-player", LecternPlayer);
