// An episode goes on while one browses: a small bar at the foot of every other page.
import { clock } from "lectern/clock";
import { another } from "lectern/player/another";
import { Grant } from "lectern/player/grant";
import { Heartbeat } from "lectern/player/heartbeat";
import { keepSpeed, Preferences } from "lectern/player/preferences";
import { Renditions } from "lectern/player/renditions";
import { forget, leave, listening } from "lectern/player/staying";
import { Tracker } from "lectern/player/tracker";

const SPEEDS = [1, 1.25, 1.5, 2];

class Dock {
  #ends = new AbortController();
  #stream = null;

  constructor(kept) {
    this.kept = kept;
    this.sound = document.createElement("audio");
    this.bar = this.#drawn(kept);
  }

  async begin() {
    const answer = await fetch(this.kept.url, { headers: { Accept: "application/json" } });
    const config = answer.ok ? await answer.json() : {};
    if (config.state !== "ready") return forget();
    const { signal } = this.#ends;
    const { sound } = this;
    const onRefused = () => this.close();
    this.grant = new Grant(config, { onChange: (film) => this.#renewed(config, film), onRefused });
    const tracker = new Tracker(sound, { signal, onRange: () => {} });
    const onKept = () => {};
    this.heartbeat = new Heartbeat(sound, { config, grant: this.grant, tracker, signal, onKept });
    this.heartbeat.stands(this.kept.at);
    const { open } = await import("lectern/player/stream");
    const { url } = config.source;
    const onError = () => this.close();
    const renditions = new Renditions();
    Object.defineProperty(sound, "videoRenditions", { value: renditions });
    sound.addEventListener("ratechange", () => (this.part("speed").textContent = `${sound.playbackRate}×`), { signal });
    keepSpeed(sound, new Preferences(config), { signal });
    document.body.append(this.bar);
    document.body.dataset.docked = "";
    this.#listen();
    this.#stream = await open(sound, { grant: this.grant, url, startAt: this.kept.at, renditions, onError });
    await sound.play().catch(() => {}); // a browser that wants a tap first gets one
  }

  #renewed(config, film) {
    const { sound: video, heartbeat } = this;
    const at = film && another({ config, video, heartbeat, stream: this.#stream }, film);
    this.#stream?.renewed(at);
  }

  #listen() {
    const { signal } = this.#ends;
    const on = (target, name, run, capture) => target.addEventListener(name, run, { signal, capture });
    on(this.sound, "play", () => this.#shown(true));
    on(this.sound, "pause", () => this.#shown(false));
    on(this.sound, "timeupdate", () => this.#told());
    on(this.sound, "ended", () => this.close());
    on(document, "play", ({ target }) => target !== this.sound && this.sound.pause(), true);
    on(window, "pagehide", () => this.#leave());
    on(this.part("toggle"), "click", () => (this.sound.paused ? this.sound.play() : this.sound.pause()));
    on(this.part("speed"), "click", () => this.#faster());
    on(this.part("close"), "click", () => this.close());
  }

  part(name) {
    return this.bar.querySelector(`[data-part="${name}"]`);
  }

  #shown(isPlaying) {
    this.grant.keepAlive(isPlaying);
    this.bar.toggleAttribute("data-playing", isPlaying);
    this.part("toggle").ariaLabel = isPlaying ? this.kept.words.pause : this.kept.words.play;
  }

  #told() {
    const { currentTime, duration } = this.sound;
    this.part("time").textContent = clock(currentTime);
    this.part("done").value = duration ? currentTime / duration : 0;
  }

  #faster() {
    const next = SPEEDS[(SPEEDS.indexOf(this.sound.playbackRate) + 1) % SPEEDS.length];
    this.sound.playbackRate = next;
  }

  #leave() {
    if (this.sound.paused) forget();
    else leave({ ...this.kept, at: this.sound.currentTime });
  }

  close() {
    this.sound.pause();
    this.heartbeat?.beat(); // its own ear hears no more of the pause
    this.#ends.abort();
    this.#stream?.close();
    this.grant?.keepAlive(false);
    this.bar.remove();
    delete document.body.dataset.docked;
    forget();
  }

  #drawn({ href, artwork, show, title, words }) {
    const bar = element("section", { className: "dock", ariaLabel: words.name });
    const icon = (name) => use(name);
    const link = element("a", { className: "dock-title", href });
    link.append(element("strong", { textContent: title }), element("span", { textContent: show }));
    const toggle = button("toggle", words.play, icon("play"), icon("pause"));
    const speed = button("speed", words.speed, "1×");
    const time = element("time", { textContent: clock(this.kept.at) });
    time.dataset.part = "time";
    const done = element("progress", { className: "dock-done", max: 1, value: 0, ariaLabel: title });
    done.dataset.part = "done";
    const picture = element("img", { src: artwork, alt: "", width: 48, height: 48 });
    bar.append(done, picture, link, time, speed, toggle, button("close", words.close, icon("x")));
    return bar;
  }
}

function element(name, facts) {
  return Object.assign(document.createElement(name), facts);
}

function button(part, label, ...inside) {
  const made = element("button", { type: "button", className: "icon-button", ariaLabel: label });
  made.dataset.part = part;
  made.append(...inside);
  return made;
}

// The sprite's address stands in every icon of the page.
function use(name) {
  const found = document.querySelector("svg.icon use")?.getAttribute("href") ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const inside = document.createElementNS("http://www.w3.org/2000/svg", "use");
  inside.setAttribute("href", `${found.split("#")[0]}#${name}`);
  svg.setAttribute("class", `icon for-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(inside);
  return svg;
}

const kept = listening();
if (kept && kept.href !== location.pathname) new Dock(kept).begin().catch(forget);
