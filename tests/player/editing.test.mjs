// What editors type is kept, or they are told that it is not; what they listen to goes on.
import assert from "node:assert/strict";
import test from "node:test";
import { Element, server, sent, Video, visit } from "./page.mjs";

visit();
window.StimulusModule = { Controller: class {} };
const { Keeper } = await import("lectern/admin/captions/keeper");
const { GatedVideo } = await import("lectern/admin/gated_video");
const { announce, news, statesOf } = await import("lectern/admin/announce");
const { problemOf, spansOf } = await import("lectern/admin/cut/rows");

const words = {
  kept: "Draft kept at %s", saved: "Saved as version %n at %s",
  signedOut: "Signed out", unreadable: "Unreadable", offline: "Offline", keeping: "…", saving: "…",
}; // prettier-ignore
const typed = (kind) => ({ get: (name) => (name === "Content-Type" ? kind : null) });
const json = (body, status = 200) => ({
  ok: status < 400, status, redirected: false, headers: typed("application/json"), json: async () => body,
}); // prettier-ignore
const html = (status, redirected = false) => ({
  ok: status < 400, status, redirected, headers: typed("text/html; charset=utf-8"),
}); // prettier-ignore
const SIGN_IN = html(200, true);

function keeping(answer) {
  visit();
  server.answer = () => answer;
  const said = [];
  const say = (text) => said.push(text);
  const keeper = new Keeper({ url: "/save/", base: 4, words, cues: () => [], say, saved() {}, conflict() {} });
  return { keeper, said };
}

const leave = () => {
  const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
};

for (const [name, answer, told] of [
  ["the page that asks who one is", SIGN_IN, "Signed out"],
  ["a refusal of a script", html(403), "Signed out"],
  ["a broken server", html(502), "Unreadable"],
  ["a page that is no answer", html(200), "Unreadable"],
]) {
  test(`a draft is not kept by ${name}`, async () => {
    const { keeper, said } = keeping(answer);
    keeper.isChanged = true;
    await keeper.keep();
    assert.deepEqual([said.at(-1), keeper.isChanged, leave()], [told, true, true]);
    await keeper.save();
    assert.deepEqual([said.at(-1), leave()], [told, true]);
    keeper.close();
  });
}

test("a draft is kept once its editor has signed in again, under the newest token", async () => {
  const { keeper, said } = keeping(SIGN_IN);
  await keeper.keep();
  server.answer = () => json({ kept: "8:15:00" });
  document.cookie = "theme=dark; csrftoken=newest";
  await keeper.keep();
  assert.deepEqual([said.at(-1), leave()], ["Draft kept at 8:15:00", false]);
  assert.equal(sent.at(-1).headers["X-CSRFToken"], "newest");
  assert.equal(sent.at(-1).headers["X-Requested-With"], "XMLHttpRequest");
  keeper.close();
});

test("no line is said, and the text stays", async () => {
  const { keeper, said } = keeping(null);
  server.answer = () => Promise.reject(new TypeError("Failed to fetch"));
  await keeper.keep();
  assert.deepEqual([said.at(-1), leave()], ["Offline", true]);
  keeper.close();
});

test("a row of a cut that is not whole says what it lacks, and cuts nothing", () => {
  const rows = [["", ""], ["10", "0:20"], ["30", ""], ["", "30"], ["40", "20"], ["20", "20"], ["1", "soon"]];
  assert.deepEqual(
    rows.map((row) => problemOf(row)?.word),
    [undefined, undefined, "end", "start", "order", "order", "time"],
  );
  assert.deepEqual(spansOf(rows), [[10, 20]]);
});

class Hls extends EventTarget {
  static isSupported = () => true;
  static Events = { ERROR: "error" };
  static ErrorTypes = { MEDIA_ERROR: "mediaError" };
  static made = [];
  constructor(config) {
    super();
    this.config = config;
    Hls.made.push(this);
  }
  on(_name, heard) {
    this.fail = (type) => heard("error", { fatal: true, type });
  }
  asks(address) {
    let asked;
    this.config.xhrSetup({ open: (_verb, to) => (asked = to) }, address);
    return asked;
  }
  loadSource(url) {
    this.url = url;
  }
  attachMedia() {}
  destroy() {}
}

class Gated extends GatedVideo {
  library = async () => Hls;
}

const settled = () => new Promise(setImmediate);

async function gated(t, type = "application/vnd.apple.mpegurl") {
  visit();
  Hls.made.length = 0;
  let number = 0;
  server.answer = () => json({ url: `/p/t${(number += 1)}/film/master.m3u8`, type });
  const refusal = Object.assign(new Element(), { dataset: { network: "No way", media: "No film", signedOut: "Signed out" } });
  const one = new Gated({ video: new Video(), refusal, url: "/play/" });
  t.after(() => one.close());
  await one.open();
  return one;
}

test("an editor's film is asked for under the newest token", async (t) => {
  const one = await gated(t);
  assert.equal(Hls.made[0].asks("/p/t1/film/7.m4s"), "/p/t1/film/7.m4s");
  await one.renew();
  assert.equal(Hls.made[0].asks("/p/t1/film/8.m4s"), "/p/t2/film/8.m4s");
  server.answer = () => Promise.reject(new TypeError("Failed to fetch"));
  await one.renew();
  assert.equal(Hls.made[0].asks("/p/t1/film/9.m4s"), "/p/t2/film/9.m4s");
});

test("a refused film goes on where it was under a new grant; what cannot be mended is said", async (t) => {
  const one = await gated(t);
  one.video.currentTime = 42;
  Hls.made[0].fail("networkError");
  await settled();
  assert.deepEqual([Hls.made.length, Hls.made[1].url, Hls.made[1].config.startPosition], [2, "/p/t2/film/master.m3u8", 42]);
  assert.equal(one.refusal.hidden, true);
  Hls.made[1].fail("mediaError");
  assert.deepEqual([one.refusal.hidden, one.refusal.textContent], [false, "No film"]);
  one.video.say("play");
  await settled();
  assert.equal(Hls.made.length, 3);
});

test("a browser's own player is given a new address once the old one is refused", async (t) => {
  const one = await gated(t, "video/mp4");
  one.video.currentTime = 9;
  one.video.say("error");
  await settled();
  assert.equal(one.video.src, "/p/t2/film/master.m3u8#t=9");
  server.answer = () => SIGN_IN;
  await one.again();
  assert.equal(one.refusal.textContent, "Signed out");
});

test("listeners hear of a new state, not of a new percentage", () => {
  visit();
  const said = [];
  const region = Object.assign(new Element(), { setAttribute() {}, isConnected: true });
  Object.defineProperty(region, "textContent", { set: (words) => said.push(words) });
  document.createElement = () => region;
  document.body = { append() {} };
  const piece = (...states) => Object.assign(new Element(), {
    querySelectorAll: () => states.map((state) => Object.assign(new Element(), { dataset: { said: state } })),
  });
  const look = (before, after) => announce(news(statesOf(before), statesOf(after)));
  look(piece("Film: Uploading"), piece("Film: Uploading"));
  look(piece("Film: Uploading"), piece("Film: Being prepared"));
  look(piece("One: Kept", "Two: Being prepared"), piece("One: Kept", "Two: Playing"));
  assert.deepEqual(said, ["Film: Being prepared", "Two: Playing"]);
});
