// How a stream goes on: refused, moved, broken, or without a connection.
import assert from "node:assert/strict";
import test from "node:test";
import { frozen, keepingNothing, Video, visit } from "./page.mjs";

const { HlsStream, NativeStream } = await import("lectern/player/stream");
const { Refused } = await import("lectern/player/grant");
const { Renditions } = await import("lectern/player/renditions");

const RETRY = { timeoutRetry: { maxNumRetry: 4 }, errorRetry: { maxNumRetry: 6 } };

// As much of hls.js as a stream asks for; what it was told stands in `did`.
class Hls {
  static Events = new Proxy({}, { get: (_all, name) => name });
  static ErrorTypes = { NETWORK_ERROR: "network", MEDIA_ERROR: "media" };
  static DefaultConfig = { fragLoadPolicy: { default: RETRY }, playlistLoadPolicy: { default: RETRY } };
  static made = [];
  levels = [{}];
  did = [];
  heard = {};

  constructor(config) {
    this.config = config;
    Hls.made.push(this);
  }

  on(name, run) {
    (this.heard[name] ??= []).push(run);
  }

  say(name, data = {}) {
    for (const run of this.heard[name]) run(name, data);
  }

  loadSource(url) {
    this.did.push(["load", url]);
  }

  attachMedia() {}

  recoverMediaError() {
    this.did.push(["recover"]);
  }

  startLoad() {
    this.did.push(["start"]);
  }

  stopLoad() {
    this.did.push(["stop"]);
  }

  destroy() {
    this.did.push(["destroy"]);
  }
}

const MASTER = "/p/t1/film/master.m3u8";
const settled = () => new Promise((done) => setImmediate(done));

function streaming({ url = MASTER, fresh = (address) => address.replace(/^\/p\/\w+/, "/p/t2"), renew = () => {} } = {}) {
  visit();
  Hls.made.length = 0;
  const video = new Video();
  const failures = [];
  const grant = { address: fresh(url), fresh, renewals: 0 };
  grant.renew = async () => {
    grant.renewals += 1;
    renew(grant);
  };
  const onError = (kind) => failures.push(kind);
  const stream = new HlsStream(Hls, video, { grant, url, startAt: 0, renditions: new Renditions(), onError });
  const [hls] = Hls.made;
  hls.did.length = 0;
  const refuse = async (address = "/p/t1/film/1080p/7.m4s") => {
    hls.say("ERROR", { fatal: true, type: "network", response: { code: 403, url: address } });
    await settled();
  };
  return { stream, video, grant, hls, failures, refuse };
}

test("a refusal that new tokens do not cure ends in a notice", async () => {
  const { grant, hls, failures, refuse } = streaming();
  for (let time = 0; time < 3; time += 1) await refuse();
  assert.equal(grant.renewals, 2);
  assert.deepEqual(failures, ["refused"]);
  const tries = hls.did.length;
  await refuse(); // somebody pressed "Check again"
  assert.deepEqual([grant.renewals, failures.length], [3, 1]);
  assert.ok(hls.did.length > tries);
});

test("refusals that are mended are counted apart", async (t) => {
  t.mock.timers.enable({ apis: ["Date"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const { hls, failures, refuse } = streaming();
  for (let time = 0; time < 6; time += 1) {
    await refuse();
    now += 1000;
    hls.say("FRAG_LOADED");
    now += 60_000;
  }
  assert.deepEqual(failures, []);
});

test("a refused member is told so at once", async () => {
  const { failures, refuse } = streaming({
    renew: () => {
      throw new Refused("No.");
    },
  });
  await refuse();
  assert.deepEqual(failures, ["refused"]);
});

const MUX = "https://stream.example/v.m3u8?token=";
const SEGMENT = "https://chunks.example/9/seg.ts?signature=old&expires=1";

test("segments signed on another host are named anew by a new playlist, at the same second", async () => {
  const { video, hls, failures, refuse } = streaming({
    url: `${MUX}old`,
    fresh: (address) => address.replace("token=old", "token=new"),
    renew: (grant) => (grant.address = `${MUX}new`),
  });
  Object.assign(video, { currentTime: 42, paused: false });
  await refuse(SEGMENT);
  assert.deepEqual(hls.did, [["load", `${MUX}new`]]);
  assert.equal(hls.config.startPosition, 42);
  Object.assign(video, { currentTime: 0, paused: true });
  video.say("loadedmetadata");
  assert.deepEqual([video.currentTime, video.paused, failures], [42, false, []]);
});

test("our own segments are asked for under the new token, and named anew only if that is refused", async () => {
  const { grant, hls, refuse } = streaming({ renew: (it) => (it.address = MASTER.replace("t1", "t2")) });
  await refuse();
  assert.deepEqual(hls.did, [["start"]]);
  await refuse();
  assert.deepEqual(hls.did.at(-1), ["load", grant.address]);
});

test("a film that moved elsewhere is followed, its sound alone is not", () => {
  const { stream, grant, hls, video } = streaming();
  stream.renewed();
  assert.deepEqual(hls.did, []);
  grant.address = "/p/t2/film/master.m3u8";
  stream.renewed();
  assert.deepEqual(hls.did, []);
  video.currentTime = 30;
  grant.address = `${MUX}x`;
  stream.renewed();
  assert.deepEqual([hls.did, hls.config.startPosition], [[["load", `${MUX}x`]], 30]);
  stream.change("/p/t1/film/audio/index.m3u8");
  assert.deepEqual(hls.did.at(-1), ["load", "/p/t2/film/audio/index.m3u8"]);
  grant.address = `${MUX}y`;
  stream.renewed();
  assert.equal(hls.did.length, 2);
});

test("another film behind the same address is loaded anew, at the second it is told", () => {
  const { stream, grant, hls, video } = streaming();
  Object.assign(video, { currentTime: 50, paused: false });
  stream.renewed(40.2);
  assert.deepEqual([hls.did, hls.config.startPosition], [[["load", grant.address]], 40.2]);
  Object.assign(video, { currentTime: 0, paused: true });
  video.say("loadedmetadata");
  assert.deepEqual([video.currentTime, video.paused], [40.2, false]);
});

test("Safari's way loads another film at once, and at its second where the former was refused", async () => {
  visit();
  const video = Object.assign(new Video(), { src: "" });
  const grant = { address: MASTER, fresh: (address) => address };
  const stream = new NativeStream(video, { grant, url: MASTER, startAt: 0, onError() {} });
  const arrive = () => {
    Object.assign(video, { currentTime: 0, paused: true });
    video.say("loadedmetadata");
    return [video.src, video.currentTime, video.paused];
  };
  arrive();
  Object.assign(video, { currentTime: 50, paused: false });
  stream.renewed(40.2);
  assert.deepEqual(arrive(), [`${MASTER}#t=40.2`, 40.2, false]);
  video.currentTime = 48;
  grant.renew = async () => stream.renewed(38.2);
  video.say("error");
  await settled();
  assert.deepEqual(arrive(), [`${MASTER}#t=38.2`, 38.2, false]);
});

const broken = (hls) => hls.say("ERROR", { fatal: true, type: "media", details: "bufferAppendError" });

test("a picture that broke goes on where it was, as fast, and playing", () => {
  const { video, hls, failures } = streaming();
  Object.assign(video, { currentTime: 42, paused: false, defaultPlaybackRate: 1.5, playbackRate: 1.5 });
  broken(hls);
  assert.deepEqual(hls.did, [["recover"]]);
  Object.assign(video, { currentTime: 0, paused: true }); // hls.js takes the video off and on
  video.playbackRate = 2; // chosen meanwhile
  video.say("loadedmetadata");
  assert.deepEqual([video.currentTime, video.paused, video.playbackRate, failures], [42, false, 2, []]);
});

test("two breaks in a minute are mended, a third is told, and trying again begins anew", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const { stream, video, hls, failures } = streaming();
  for (let time = 0; time < 4; time += 1) {
    broken(hls);
    video.say("loadedmetadata");
    now += 61_000;
  }
  assert.deepEqual(failures, []);
  for (let time = 0; time < 3; time += 1) {
    broken(hls);
    video.say("loadedmetadata");
  }
  assert.deepEqual(failures, ["media"]);
  video.currentTime = 50;
  stream.resume();
  assert.deepEqual(hls.did.at(-1), ["destroy"]);
  assert.equal(Hls.made.length, 2);
  assert.equal(Hls.made[1].config.startPosition, 50);
  broken(Hls.made[1]);
  assert.deepEqual(Hls.made[1].did.at(-1), ["recover"]);
});

const lost = (hls) => hls.say("ERROR", { fatal: true, type: "network", response: { code: 0 } });

test("a connection that broke off is tried again, a refusal is not", () => {
  const { hls } = streaming();
  for (const name of ["fragLoadPolicy", "playlistLoadPolicy"]) {
    const { timeoutRetry, errorRetry } = hls.config[name].default;
    assert.deepEqual([timeoutRetry.maxNumRetry, errorRetry.maxNumRetry], [4, 6]);
    const asked = (count, code, isRetried = false) => errorRetry.shouldRetry(errorRetry, count, false, { code }, isRetried);
    assert.deepEqual([asked(5, 0), asked(6, 0), asked(0, 403), asked(0, 503, true)], [true, false, false, true]);
  }
});

test("a picture that runs is not covered before it has run out", async () => {
  await frozen((timers) => {
    const { video, hls, failures } = streaming();
    Object.assign(video, { currentTime: 10, paused: false, ranges: [[0, 30]] });
    lost(hls);
    assert.deepEqual([failures, hls.did], [[], []]);
    timers.tick(5000);
    assert.deepEqual(hls.did, [["start"]]);
    lost(hls);
    video.currentTime = 30;
    video.say("waiting");
    assert.deepEqual([failures, hls.did.at(-1)], [["network"], ["stop"]]);
    timers.tick(60_000);
    assert.deepEqual([failures.length, hls.did.length], [1, 2]);
  });
});

test("who has the connection back is told nothing", () => {
  const { video, hls, failures } = streaming();
  Object.assign(video, { currentTime: 10, paused: false, ranges: [[0, 30]] });
  lost(hls);
  hls.say("FRAG_LOADED");
  video.currentTime = 30;
  video.say("waiting");
  assert.deepEqual(failures, []);
  navigator.onLine = false;
  lost(hls);
  assert.deepEqual(failures, ["offline"]);
});

test("the first guess is what the line gave last, and a modest one where nothing is kept", () => {
  const { stream, hls } = streaming();
  const guessed = () => Hls.made.at(-1).config.abrEwmaDefaultEstimate;
  const again = () => new HlsStream(Hls, new Video(), { ...stream, url: MASTER, startAt: 0 });
  assert.equal(guessed(), 2_000_000);
  hls.bandwidthEstimate = 5_000_000.4;
  hls.say("FRAG_LOADED");
  again();
  assert.equal(guessed(), 5_000_000);
  keepingNothing();
  hls.say("FRAG_LOADED");
  again();
  assert.equal(guessed(), 2_000_000);
});

// hls.js forgets what was chosen with each source.
function laddered(hls, heights, codecSet = "avc1") {
  hls.nextLevel = -1;
  hls.levels = heights.map((height) => ({ height, width: height * 2, bitrate: height * 1000, codecSet }));
  hls.say("MANIFEST_PARSED");
}

test("the size a member chose holds through the sound alone, a new address and a new picture", () => {
  const { stream, hls } = streaming();
  const { renditions } = stream;
  laddered(hls, [240, 480, 1080]);
  assert.deepEqual([renditions.selectedIndex, hls.nextLevel], [-1, -1]);
  renditions.selectedIndex = 1;
  assert.equal(hls.nextLevel, 1);
  stream.change("/p/t1/film/audio/index.m3u8");
  laddered(hls, [0], "mp4a");
  assert.deepEqual([renditions.selectedIndex, hls.nextLevel], [-1, -1]);
  stream.change(MASTER);
  laddered(hls, [360, 480, 720, 1080]);
  assert.deepEqual([renditions.selectedIndex, hls.nextLevel], [1, 1]);
  stream.isBroken = true;
  stream.resume();
  const anew = Hls.made.at(-1);
  assert.notEqual(anew, hls);
  laddered(anew, [480, 1080]);
  assert.deepEqual([renditions.selectedIndex, anew.nextLevel], [0, 0]);
  renditions.selectedIndex = -1;
  stream.change(MASTER);
  laddered(anew, [480, 1080]);
  assert.deepEqual([renditions.selectedIndex, anew.nextLevel], [-1, -1]);
});

test("of a picture in several codecs the chosen one is found again, and a size that is gone is Auto", () => {
  const { stream, hls } = streaming();
  const { renditions } = stream;
  laddered(hls, [480, 1080]);
  renditions.selectedIndex = 0;
  stream.change(MASTER);
  hls.nextLevel = -1;
  hls.levels = ["av01", "avc1"].map((codecSet) => ({ height: 480, bitrate: 480_000, codecSet }));
  hls.say("MANIFEST_PARSED");
  assert.deepEqual([renditions.length, renditions.level, hls.nextLevel], [1, 1, 1]);
  laddered(hls, [240, 720]);
  assert.deepEqual([renditions.selectedIndex, hls.nextLevel], [-1, -1]);
});
