// As much of a browser as the player's small modules ask for.
import { mock } from "node:test";

class Kept extends Map {
  get length() {
    return this.size;
  }
  key = (at) => [...this.keys()][at] ?? null;
  getItem = (name) => this.get(name) ?? null;
  setItem = (name, value) => {
    this.set(name, String(value));
    this[name] = String(value); // Object.keys() lists what is kept
  };
  removeItem = (name) => {
    this.delete(name);
    delete this[name];
  };
}

export class Element extends EventTarget {
  dataset = {};
  hidden = false;
  textContent = "";
  style = { setProperty() {} };
  attributes = new Set();
  parts = {};

  querySelector(selector) {
    const name = selector.match(/\[data-part="?([\w-]+)"?\]/)?.[1];
    return name ? (this.parts[name] ??= new Element()) : null;
  }

  querySelectorAll = () => [];
  contains = () => false;
  toggleAttribute = (name, isOn) => (isOn ? this.attributes.add(name) : this.attributes.delete(name));
  hasAttribute = (name) => this.attributes.has(name);
  removeAttribute = (name) => this.attributes.delete(name);
  focus() {}
  getBoundingClientRect = () => ({ top: 0, bottom: 100 });
  remove() {}
  closest() {
    return null;
  }
}

export class Video extends Element {
  currentTime = 0;
  readyState = 0;
  duration = 100;
  paused = true;
  ended = false;
  seeking = false;
  playbackRate = 1;
  volume = 1;
  muted = false;
  tracks = [];
  textTracks = Object.assign(new EventTarget(), { [Symbol.iterator]: () => this.tracks.map(({ track }) => track).values() });
  ranges = []; // what lies ready

  get buffered() {
    const { ranges } = this;
    return { length: ranges.length, start: (at) => ranges[at][0], end: (at) => ranges[at][1] };
  }

  querySelectorAll = () => this.tracks;

  async play() {
    this.paused = this.ended = false;
    this.say("play");
    this.say("playing");
  }

  pause() {
    this.paused = true;
    this.say("pause");
  }

  say(name) {
    this.dispatchEvent(new Event(name));
  }
}

export class Player extends Element {
  words = new Proxy({}, { get: (_all, name) => String(name) });
  said = [];
  asked = [];

  constructor(config = {}) {
    super();
    this.config = { member: 7, page: 3, asset: "film", source: { duration: 100 }, ...config };
    this.video = new Video();
    this.parts = {};
  }

  part(name) {
    return (this.parts[name] ??= new Element());
  }

  get duration() {
    return this.video.duration || this.config.source.duration;
  }

  get isPlaying() {
    return !this.video.paused;
  }

  get isAway() {
    return "away" in this.dataset;
  }

  osd(text) {
    this.said.push(text);
  }

  async seek(seconds) {
    this.asked.push(["seek", seconds]);
    this.video.currentTime = seconds;
  }

  async play() {
    await this.video.play();
  }
}

export const sent = []; // what was fetched or told by a beacon
export const server = { answer: () => ({ ok: true, status: 200, json: async () => ({}) }) };

function put(name, value) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

export function visit(address = "https://members.example/lesson/") {
  sent.length = 0;
  const url = new URL(address);
  const page = new Element();
  put("location", Object.assign(url, { assign: (to) => (page.left = String(to)) }));
  put("document", Object.assign(page, { activeElement: null }));
  put("window", new EventTarget());
  put("localStorage", new Kept());
  put("sessionStorage", new Kept());
  put("innerHeight", 800);
  put("history", { state: null, replaceState: (_state, _title, to) => (page.address = String(to)) });
  put("matchMedia", () => ({ matches: false }));
  put("navigator", {
    onLine: true,
    clipboard: { writeText: async (text) => (page.copied = text) },
    sendBeacon: (to, body) => sent.push({ to, body: JSON.parse(body) }),
  });
  put("fetch", async (to, options = {}) => {
    sent.push({ to, ...options, body: options.body && JSON.parse(options.body) });
    return server.answer(to);
  });
  return page;
}

// A browser that keeps nothing: its owner has blocked site data.
export function keepingNothing() {
  const page = visit();
  const get = () => {
    throw new DOMException("denied", "SecurityError");
  };
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(globalThis, name, { get, configurable: true });
  return page;
}

export const lasting = () => new AbortController().signal;

export function frozen(run) {
  mock.timers.enable({ apis: ["setInterval", "setTimeout", "Date"] });
  return Promise.resolve(run(mock.timers)).finally(() => mock.timers.reset());
}

visit();
