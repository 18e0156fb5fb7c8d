// A film on another device: its address, who may have it, and the same second there and back.
import assert from "node:assert/strict";
import test from "node:test";
import { frozen, lasting, Player, sent, server, Video, visit } from "./page.mjs";

const { Lease } = await import("lectern/player/lease");
const { devicesOf } = await import("lectern/player/devices");
const { HlsStream, lend } = await import("lectern/player/stream");
const { Remote } = await import("lectern/player/remote");
const { Ending } = await import("lectern/player/ending");
const { Renditions } = await import("lectern/player/renditions");

const URL_OF = (token) => `/p/${token}/film/master.m3u8`;
const settled = () => new Promise((done) => setImmediate(done));
const answer = (body, status = 200) => ({ ok: status === 200, status, json: async () => body });

function granted() {
  const grant = { token: "t1", now: 1000, renewals: 0 };
  grant.renew = async () => {
    grant.renewals += 1;
    grant.token = "t2";
  };
  return grant;
}

const lent = (life = 7200) => answer({ token: "far", url: URL_OF("far"), expires_at: 1000 + life });

test("an address is asked for under the page's token, and again once half its life is gone", async (t) => {
  visit();
  let now = 0;
  t.mock.method(performance, "now", () => now);
  server.answer = () => lent();
  const lease = new Lease(granted());
  assert.equal(lease.isDue, true);
  await lease.renew();
  assert.deepEqual(sent, [{ to: "/p/t1/remote", method: "POST", body: undefined }]);
  assert.deepEqual([lease.address, lease.isDue], [URL_OF("far"), false]);
  now = 3_600_001;
  assert.equal(lease.isDue, true);
});

test("a page whose token ran out is granted a new one first; who is refused is told so", async () => {
  visit();
  server.answer = (to) => (to.includes("/t2/") ? lent() : answer({}, 403));
  const grant = granted();
  const lease = new Lease(grant);
  await lease.renew();
  assert.deepEqual([grant.renewals, lease.url], [1, URL_OF("far")]);
  server.answer = () => answer({}, 403);
  await assert.rejects(new Lease(granted()).renew(), { constructor: (await import("lectern/player/grant")).Refused });
  server.answer = () => answer({}, 503);
  await assert.rejects(new Lease(granted()).renew(), Error);
});

test("our own playlist names the chosen captions, a stranger's keeps its address", async () => {
  visit();
  server.answer = () => lent();
  const lease = Object.assign(new Lease(granted()), { language: "de" });
  await lease.renew();
  assert.equal(lease.address, `${URL_OF("far")}?captions=de`);
  assert.equal(lease.fresh("/p/t1/film/audio/index.m3u8"), "/p/far/film/audio/index.m3u8");
  Object.assign(lease, { url: "https://stream.example/v.m3u8?token=x" });
  assert.equal(lease.address, "https://stream.example/v.m3u8?token=x");
  assert.equal(lease.fresh("https://stream.example/v.m3u8?token=old"), lease.address);
});

test("while it connects WebKit says yes, no and yes: that is told once", async () => {
  visit();
  await frozen((timers) => {
    const video = Object.assign(new Video(), { webkitShowPlaybackTargetPicker() {} });
    const changes = [];
    const hears = { signal: lasting(), onThere: () => {}, onChange: (isOn) => changes.push(isOn) };
    assert.equal(devicesOf(video, hears).icon, "airplay");
    for (const isOn of [true, false, true]) {
      video.webkitCurrentPlaybackTargetIsWireless = isOn;
      video.say("webkitcurrentplaybacktargetiswirelesschanged");
      timers.tick(300);
    }
    timers.tick(1000);
    assert.deepEqual(changes, [true]);
  });
});

test("a browser that plays no address of ours by itself has no devices", () => {
  visit();
  const hears = { signal: lasting() };
  assert.equal(devicesOf(Object.assign(new Video(), { canPlayType: () => "" }), hears), null);
  const standard = { canPlayType: () => "maybe", remote: new EventTarget() };
  assert.equal(devicesOf(Object.assign(new Video(), standard), hears).icon, "cast");
});

// A film's <source> elements, as hls.js and we put them there.
class Sourced extends Video {
  sources = [];
  querySelectorAll = (selector) => (selector === "source" ? [...this.sources] : []);

  source(src) {
    const made = { src };
    const at = () => this.sources.indexOf(made);
    made.after = (other) => this.sources.splice(at() + 1, 0, this.own(other));
    made.replaceWith = (other) => this.sources.splice(at(), 1, this.own(other));
    made.remove = () => this.sources.splice(at(), 1);
    return made;
  }

  own({ src, type }) {
    return Object.assign(this.source(src), { type });
  }
}

class Hls {
  static Events = new Proxy({}, { get: (_all, name) => name });
  static ErrorTypes = {};
  static DefaultConfig = { fragLoadPolicy: { default: {} }, playlistLoadPolicy: { default: {} } };
  heard = {};
  levels = [];

  constructor(config) {
    Hls.last = Object.assign(this, { config });
  }

  on(name, run) {
    this.heard[name] = run;
  }

  loadSource() {}
  attachMedia() {}
  destroy() {}
}

test("the address for devices stands beside what plays, once devices are welcome", () => {
  visit();
  document.createElement = () => ({});
  const video = new Sourced();
  const grant = { address: URL_OF("t1"), fresh: (address) => address };
  const options = { grant, url: URL_OF("t1"), startAt: 0, renditions: new Renditions(), onError() {} };
  const stream = new HlsStream(Hls, video, options);
  stream.offer("https://members.example/p/far/film/master.m3u8");
  assert.deepEqual(video.sources, []); // nothing plays yet
  video.sources.push(video.source("blob:1"));
  video.disableRemotePlayback = true; // as hls.js leaves it
  Hls.last.heard.MEDIA_ATTACHED();
  assert.equal(video.disableRemotePlayback, false);
  const beside = () => video.sources.map(({ src, type }) => [src, type]);
  const type = "application/vnd.apple.mpegurl";
  assert.deepEqual(beside(), [["blob:1", undefined], ["https://members.example/p/far/film/master.m3u8", type]]);
  stream.offer("https://members.example/p/farther/film/master.m3u8");
  assert.deepEqual(beside()[1], ["https://members.example/p/farther/film/master.m3u8", type]);
  assert.equal(video.sources.length, 2);
});

test("what the browser has handed to a device goes on at its second, and no renewal reaches it", async () => {
  visit();
  const video = Object.assign(new Video(), { load() {}, readyState: 1, src: "" });
  const grant = { address: URL_OF("far"), fresh: (address) => address };
  const options = { grant, url: URL_OF("t1"), startAt: 42, isPlaying: true, isThere: true, onError() {} };
  const stream = await lend(video, options);
  assert.deepEqual([video.currentTime, video.paused, video.src], [42, false, ""]);
  video.pause();
  stream.renewed();
  assert.equal(video.src, "");
  stream.renewed(30); // another film, which comes with the next lease
  assert.equal(video.src, "");
  grant.address = URL_OF("farther");
  stream.resume();
  assert.equal(video.src, `${URL_OF("farther")}#t=30`);
});

// A player whose streams are told apart by who put them there.
function watching({ prompt } = {}) {
  visit();
  const probe = Object.assign(new Video(), { load() {} });
  probe.remote = { watchAvailability: async (tell) => (probe.tell = tell), cancelWatchAvailability: async () => {} };
  document.createElement = () => probe;
  server.answer = () => lent();
  const player = new Player({ source: { url: URL_OF("t1"), duration: 100 } });
  const remote = Object.assign(new EventTarget(), { state: "disconnected", prompt });
  Object.assign(player.video, { remote, canPlayType: () => "maybe", readyState: 4, currentSrc: "blob:1" });
  Object.assign(player, { grant: granted(), put: null, calm: () => player.asked.push(["calm"]) });
  player.stream = { least: "https://members.example/p/t1/film/240p/index.m3u8", address: { url: URL_OF("t1") } };
  player.put = async (open, { startAt, isPlaying = false }) => {
    player.asked.push([open === lend ? "there" : "here", startAt, isPlaying]);
    player.video.currentTime = 0;
    player.video.say("loadedmetadata");
  };
  const screen = new Remote(player, { signal: lasting() });
  const at = (seconds, paused) => {
    Object.assign(player.video, { currentTime: seconds, paused });
    player.video.say("timeupdate");
  };
  return { player, remote, screen, probe, at, button: player.part("remote"), words: player.part("away") };
}

test("who presses and chooses nobody watches on here, at the same second", async () => {
  const dismissed = async () => {
    throw new DOMException("", "NotAllowedError");
  };
  const { player, screen, at, words } = watching({ prompt: dismissed });
  at(8, false);
  await screen.press();
  assert.deepEqual(player.asked, [["there", 8, true], ["calm"], ["here", 8, false]]);
  assert.deepEqual([player.video.paused, words.textContent, "away" in player.dataset], [false, "", false]);
});

test("a device that plays is told of, and what comes back from it goes on at its second", async () => {
  const { player, remote, screen, at, button, words } = watching({ prompt: async () => {} });
  at(8, false);
  await screen.press();
  remote.dispatchEvent(new Event("connecting"));
  assert.equal(words.textContent, "remoteConnecting");
  remote.state = "connected";
  remote.dispatchEvent(new Event("connect"));
  await settled();
  assert.deepEqual([words.textContent, button.ariaPressed, "away" in player.dataset], ["remoteOn", "true", true]);
  at(50, false);
  player.video.readyState = 0; // the browser lets go of its source, and says 0
  at(0, true);
  player.video.readyState = 4;
  remote.dispatchEvent(new Event("disconnect"));
  await settled();
  assert.deepEqual(player.asked, [["there", 8, true], ["here", 50, false]]);
  assert.deepEqual([words.textContent, button.ariaPressed, player.said], ["", "false", ["remoteOff"]]);
  assert.equal(player.video.paused, false);
});

test("a film that was cut meanwhile comes to the device under a lease of its own", async () => {
  const { player, screen, at } = watching({ prompt: async () => {} });
  at(8, false);
  await screen.press();
  player.stream.resume = () => player.asked.push(["resume"]);
  const leases = () => sent.filter(({ to }) => to.endsWith("/remote")).length;
  await screen.renewed();
  assert.equal(leases(), 1);
  await screen.renewed(true);
  assert.deepEqual([leases(), player.asked.at(-1)], [2, ["resume"]]);
});

test("the captions that are read here are read there", () => {
  const { player, screen } = watching();
  player.video.tracks = [
    { track: { kind: "metadata", language: "", mode: "showing" } },
    { track: { kind: "captions", language: "de", mode: "showing" } },
  ];
  player.video.textTracks.dispatchEvent(new Event("change"));
  assert.equal(screen.lease.language, "de");
  player.video.tracks.pop();
  player.video.textTracks.dispatchEvent(new Event("change"));
  assert.equal(screen.lease.language, "");
});

test("the button is there while a device is, or plays", async (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const { button, probe, at } = watching();
  button.hidden = true;
  at(4, false);
  await settled();
  assert.deepEqual([sent.length, probe.src], [0, undefined]); // the film comes first
  now = 5000;
  at(9, false);
  await settled();
  assert.equal(probe.src, "https://members.example/p/far/film/240p/index.m3u8");
  assert.deepEqual([button.hidden, button.dataset.icon], [true, "cast"]);
  probe.tell(true);
  assert.equal(button.hidden, false);
  probe.tell(false);
  assert.equal(button.hidden, true);
});

test("nobody is led on to the next film while another device plays", async () => {
  visit();
  const player = new Player();
  player.preferences = { get: () => true };
  player.dataset.away = "";
  const card = player.part("end");
  Object.assign(card.querySelector("[data-part=onward]"), { href: "https://members.example/next/" });
  await frozen((timers) => {
    new Ending(player, card, { signal: lasting() });
    player.video.say("ended");
    timers.tick(60_000);
    assert.deepEqual([document.left, card.hidden], [undefined, false]);
  });
});
