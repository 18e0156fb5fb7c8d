// <lectern-listening>: beside a player of sound: its waveform, its speed, and what goes on playing
// on the next page; see templates/pages/episode/listening.html for its inside.
import { clock } from "lectern/clock";
import { bars, peaksOf } from "lectern/player/waveform";
import { leave, stay } from "lectern/player/staying";

const BARS = 140;
const STEP = 10; // seconds an arrow key moves

class LecternListening extends HTMLElement {
  #ends = null;

  async connectedCallback() {
    if (this.#ends) return;
    this.#ends = new AbortController();
    await customElements.whenDefined("lectern-player");
    this.player = document.querySelector("lectern-player");
    if (!this.player?.video) return;
    this.video = this.player.video;
    this.wave = this.querySelector("[data-part=wave]");
    stay(this.dataset.href);
    this.#speeds();
    this.#seeks();
    this.#listen(this.video, "timeupdate", () => this.#moved());
    this.#listen(this.wave, "click", (event) => this.#pointed(event));
    this.#listen(this.wave, "keydown", (event) => this.#keyed(event));
    this.#listen(this.player, "player:film", () => this.#draw());
    this.#listen(window, "pagehide", () => this.#leave());
    await this.#draw();
  }

  disconnectedCallback() {
    this.#ends?.abort();
    this.#ends = null;
  }

  #listen(target, name, run) {
    target.addEventListener(name, run, { signal: this.#ends.signal });
  }

  get duration() {
    return this.video.duration || this.player.config.source?.duration || 0;
  }

  // --- waveform: absent until the pipeline has measured the sound -------------------------

  async #draw() {
    const { config, grant } = this.player;
    const base = config.source?.base;
    const peaks = base && (await peaksOf(grant.fresh(`${base}waveform.json`), BARS));
    if (!this.isConnected) return;
    this.wave.hidden = !peaks;
    if (!peaks) return;
    this.wave.replaceChildren(bars(peaks));
    this.wave.ariaValueMax = Math.round(config.source.duration ?? this.duration);
    this.#moved();
  }

  #pointed(event) {
    const { left, width } = this.wave.getBoundingClientRect();
    this.#go(((event.clientX - left) / width) * this.duration);
  }

  #keyed(event) {
    const by = { ArrowRight: STEP, ArrowUp: STEP, ArrowLeft: -STEP, ArrowDown: -STEP }[event.key];
    const to = { Home: 0, End: this.duration }[event.key] ?? (by && this.video.currentTime + by);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#go(Math.max(0, Math.min(to, this.duration)));
  }

  async #go(seconds) {
    await this.player.seek(seconds);
    if (!this.player.isPlaying) await this.player.play();
  }

  #moved() {
    const { currentTime } = this.video;
    const done = this.duration ? currentTime / this.duration : 0;
    const all = this.wave.querySelectorAll("rect");
    all.forEach((bar, n) => bar.classList.toggle("played", n < done * all.length));
    this.wave.ariaValueNow = Math.round(currentTime);
    this.wave.ariaValueText = this.#spoken(currentTime);
    this.#mark(currentTime);
  }

  #spoken(seconds) {
    const told = { at: clock(seconds), length: clock(this.duration) };
    return this.dataset.at.replace(/\{(\w+)\}/g, (_, name) => told[name]);
  }

  // --- chapters and transcript ------------------------------------------------------------

  #seeks() {
    this.passages = [...document.querySelectorAll("[data-seek]")];
    for (const passage of this.passages)
      this.#listen(passage, "click", () => this.#go(Number(passage.dataset.seek)));
  }

  #mark(seconds) {
    for (const list of new Set(this.passages.map((passage) => passage.closest("ol")))) {
      const rows = [...list.querySelectorAll("[data-seek]")];
      const now = this.video.played.length && rows.findLast((row) => Number(row.dataset.seek) <= seconds);
      for (const row of rows) row.ariaCurrent = row === now ? "true" : null;
    }
  }

  // --- speed ------------------------------------------------------------------------------

  #speeds() {
    const buttons = [...this.querySelectorAll("[data-speed]")];
    const show = () => {
      for (const one of buttons) one.ariaPressed = String(Number(one.dataset.speed) === this.video.playbackRate);
    };
    this.#listen(this.video, "ratechange", show);
    for (const one of buttons)
      this.#listen(one, "click", () => (this.video.playbackRate = Number(one.dataset.speed)));
    show();
  }

  // --- leaving while it plays -------------------------------------------------------------

  #leave() {
    if (this.video.paused || this.video.ended) return;
    const { href, artwork, show, play, pause, close, speed, name } = this.dataset;
    const { url, title } = this.player.config;
    const words = { play, pause, close, speed, name };
    leave({ url, title, href, artwork, show, words, at: this.video.currentTime });
  }
}

customElements.define("lectern-listening", LecternListening);
