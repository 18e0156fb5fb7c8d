// What is watched is counted and told, what is left is gone back to, what runs out is renewed.
import assert from "node:assert/strict";
import test from "node:test";
import { frozen, lasting, Player, sent, server, Video, visit } from "./page.mjs";

const { resume, keep, forget } = await import("lectern/player/position");
const { Tracker } = await import("lectern/player/tracker");
const { Heartbeat } = await import("lectern/player/heartbeat");
const { leftovers, Outbox } = await import("lectern/player/outbox");
const { flush } = await import("lectern/player/leftovers");
const { another } = await import("lectern/player/another");
const { lookAgain } = await import("lectern/player/elsewhere");
const { Grant } = await import("lectern/player/grant");
const { Viewing } = await import("lectern/player/viewing");
const { Progress } = await import("lectern/player/progress");
const { rounded, seconds, union } = await import("lectern/player/ranges");

const config = { member: 7, page: 3, asset: "film", source: { duration: 100 }, beat: "/beat/" };
const grant = { token: "t1", renew: async () => (grant.token = "t2"), now: 1_800_000_000 };

test("one goes on where one was, on this device or another", () => {
  visit();
  assert.equal(resume({ ...config, position: 42, positionAt: Date.now() }), 42);
  keep(config, 61.5, Date.now());
  assert.equal(resume({ ...config, position: 42, positionAt: Date.now() - 5000 }), 61.5);
  assert.equal(resume({ ...config, position: 42, positionAt: Date.now() + 5000 }), 42);
});

test("who was at the end begins again, and a link names its second", () => {
  visit();
  assert.equal(resume({ ...config, position: 99, positionAt: Date.now() }), 0);
  assert.equal(resume({ ...config, position: 97, positionAt: Date.now() }), 97);
  visit("https://members.example/lesson/?t=83");
  assert.equal(resume({ ...config, position: 42, positionAt: Date.now() }), 83);
  assert.equal(resume({ ...config, page: null, position: 42, positionAt: Date.now() }), 42); // a clip in the text
  const page = visit("https://members.example/lesson/?a=1&t=83#t=83");
  forget();
  assert.equal(page.address, "https://members.example/lesson/?a=1");
});

test("a second that was kept of a film which was cut since is none of the film that plays", () => {
  visit();
  keep({ ...config, edition: 0 }, 61.5, 2000);
  const now = { ...config, position: 42, positionAt: 1000 };
  assert.equal(resume({ ...now, edition: 0 }), 61.5);
  assert.equal(resume({ ...now, edition: 1 }), 42);
});

test("a beat and a place speak by the server's clock, then as later", async (t) => {
  const server_now = Date.now();
  t.mock.method(Date, "now", () => server_now - 600_000); // this device is ten minutes slow
  const { video, heartbeat, arrive } = beating(new Grant({ ...config, now: server_now / 1000, token: "t1", source: { url: "" } }, {}));
  await arrive(49);
  server.answer = () => ({ ok: false, status: 503 });
  video.currentTime = 50;
  await heartbeat.beat();
  Date.now.mock.mockImplementation(() => server_now - 500_000);
  server.answer = () => ({ ok: true, status: 204 });
  await heartbeat.flush();
  assert.deepEqual(sent.map(({ body }) => body.at), [server_now, server_now]);
  assert.equal(resume({ ...config, position: 42, positionAt: server_now - 1000 }), 50);
});

function watched(run) {
  const video = new Video();
  const ranges = [];
  const tracker = new Tracker(video, { signal: lasting(), onRange: (range) => ranges.push(range) });
  run(video);
  return { taken: tracker.take(), ranges };
}

test("playing counts, seeking does not", () => {
  const { taken } = watched((video) => {
    video.play();
    video.currentTime = 0.5;
    video.say("timeupdate");
    video.seeking = true;
    video.say("seeking");
    video.currentTime = 80;
    video.seeking = false;
    video.say("seeked");
    video.currentTime = 80.4;
    video.say("timeupdate");
    video.pause();
  });
  assert.deepEqual(rounded(taken), [[0, 0.5], [80, 80.4]]);
});

test("a jump nobody announced is no watching", () => {
  const { taken } = watched((video) => {
    video.play();
    video.currentTime = 60;
    video.say("timeupdate");
    video.pause();
  });
  assert.deepEqual(taken, []);
});

test("seconds are united, and what is watched twice counts once", () => {
  assert.deepEqual(union([[5, 9], [0, 4]], [[3.9, 6]]), [[0, 9]]);
  assert.deepEqual(union([[0, 10]], [[2, 4]]), [[0, 10]]);
  const progress = new Progress({ ...config, watched: [[0, 40]], completesAt: 90, completed: false });
  progress.add([20, 60]);
  assert.equal(progress.fraction, 0.6);
  progress.add([60, 89]);
  assert.equal(progress.isDue, false);
  progress.add([89, 90]);
  assert.equal(progress.isDue, true);
  assert.equal(seconds([[0, 2], [5, 6.5]]), 3.5);
});

function beating(by = grant, own = config) {
  visit();
  server.answer = () => ({ ok: true, status: 200 });
  const video = new Video();
  const signal = lasting();
  const tracker = new Tracker(video, { signal, onRange() {} });
  const kept = [];
  const heartbeat = new Heartbeat(video, { config: own, grant: by, tracker, signal, onKept: () => kept.push(1) });
  // Metadata are there before hls.js or a fragment of the address has gone to the second to begin at.
  const arrive = async (seconds, isForgotten = true) => {
    Object.assign(video, { currentTime: seconds, readyState: 2 });
    video.say("seeked");
    await settled();
    if (isForgotten) sent.length = kept.length = 0;
  };
  return { video, heartbeat, kept, arrive };
}

const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await null;
};

for (const name of ["pause", "seeked", "ended"])
  test(`the server is told at once on ${name}`, async () => {
    const { video, kept, arrive } = beating();
    await arrive(11);
    video.currentTime = 12.345;
    video.say(name);
    await settled();
    assert.equal(sent.length, 1);
    assert.equal(sent[0].to, `/beat/${grant.token}`);
    assert.equal(sent[0].body.position, 12.35);
    assert.equal(kept.length, 1);
  });

test("while it plays the server is told every fifteen seconds, and when the page goes", async () => {
  await frozen(async (timers) => {
    const { video } = beating();
    video.play();
    video.currentTime = 0.5;
    timers.tick(14_999);
    assert.equal(sent.length, 0);
    timers.tick(1);
    await settled();
    assert.equal(sent.length, 1);
    video.currentTime = 3;
    window.dispatchEvent(new Event("pagehide"));
    assert.equal(sent.length, 2);
    assert.equal(sent[1].keepalive, true);
  });
});

test("who gives up before the first picture keeps their place", async () => {
  const { video, heartbeat, kept } = beating();
  keep(config, 1800);
  const here = localStorage.getItem("lectern.position.7.film");
  for (const readyState of [0, 1]) {
    Object.assign(video, { paused: false, readyState });
    video.pause();
    await heartbeat.beat(); // taken out of its page
    window.dispatchEvent(new Event("pagehide"));
  }
  await settled();
  assert.deepEqual(sent, []);
  assert.equal(localStorage.getItem("lectern.position.7.film"), here);
  assert.ok(kept.length > 0); // what waited from before is told all the same
});

test("who goes back to the beginning is there", async () => {
  const { video, arrive } = beating();
  await arrive(42);
  video.currentTime = 0;
  video.say("seeked");
  await settled();
  assert.deepEqual(sent.map(({ body }) => body.position), [0]);
});

test("a window that stands still is not where one was last, and says nothing", async () => {
  const clock = { ...grant, now: 1000 };
  const { video, heartbeat, arrive } = beating(clock);
  await arrive(300);
  const here = localStorage.getItem("lectern.position.7.film");
  clock.now += 3600; // in which a phone has played on
  video.say("seeked"); // a new address shows the same picture
  await heartbeat.beat();
  window.dispatchEvent(new Event("pagehide"));
  await settled();
  assert.deepEqual(sent, []);
  assert.equal(localStorage.getItem("lectern.position.7.film"), here);
  video.currentTime = 310; // its member goes on here
  video.say("seeked");
  await settled();
  assert.deepEqual(sent.map(({ body }) => [body.position, body.at]), [[310, 4_600_000]]);
});

test("what was not answered when the page goes is told once more, with its own time", async () => {
  const clock = { ...grant, now: 1000 };
  const { video, arrive } = beating(clock);
  await arrive(300);
  server.answer = () => new Promise(() => {}); // on its way
  video.currentTime = 310;
  video.say("seeked");
  clock.now += 3600;
  window.dispatchEvent(new Event("pagehide"));
  const told = sent.map(({ body, keepalive }) => [body.position, body.at, keepalive]);
  assert.deepEqual(told, [[310, 1_000_000, undefined], [310, 1_000_000, true]]);
});

test("a player that is opened, or put where another device was, tells nothing until its member moves", async (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const { video, heartbeat, arrive } = beating(grant, { ...config, position: 42, positionAt: 1 });
  await arrive(42.2, false); // hls.js begins at a key frame
  const player = Object.assign(new Player(), { video, heartbeat, stream: {}, ask: async () => ({ position: 80, positionAt: 2 }) });
  player.seek = (seconds) => arrive(seconds, false);
  lookAgain(player, { signal: lasting(), onElsewhere() {} });
  now += 6000;
  document.dispatchEvent(new Event("visibilitychange"));
  await new Promise(setImmediate);
  assert.deepEqual([video.currentTime, sent], [80, []]);
  await player.seek(42);
  assert.deepEqual(sent.map(({ body }) => body.position), [42]);
});

test("while the source changes one is where one watched last", async () => {
  const { video, heartbeat, arrive } = beating();
  await arrive(42);
  video.paused = false;
  video.say("seeked");
  await settled();
  video.currentTime = 42.5;
  video.say("timeupdate");
  video.paused = true;
  Object.assign(video, { currentTime: 0, readyState: 0 });
  video.say("emptied");
  sent.length = 0;
  await heartbeat.beat();
  await heartbeat.beat(); // nothing new
  assert.deepEqual(sent.map(({ body }) => [body.ranges, body.position]), [[[[42, 42.5]], 42.5]]);
});

test("what the server did not get waits, and is sent under a new token when that was refused", async () => {
  const { video, heartbeat, kept, arrive } = beating();
  await arrive(20);
  server.answer = () => ({ ok: false, status: 503 });
  video.currentTime = 25;
  await heartbeat.beat();
  assert.equal(kept.length, 0);
  assert.equal(new Outbox(config).waiting().length, 1);
  grant.token = "t1";
  server.answer = (to) => (to.endsWith("t1") ? { ok: false, status: 403 } : { ok: true, status: 200 });
  await heartbeat.flush();
  assert.equal(new Outbox(config).waiting().length, 0);
  assert.equal(sent.at(-1).to, "/beat/t2");
});

test("what was kept is told with the edition it was watched in, whatever plays meanwhile", async () => {
  visit();
  const own = { ...config, edition: 0, url: "/grant/film" };
  new Outbox(own).put([[1, 5]], 5);
  server.answer = () => ({ ok: true, status: 200, json: async () => ({ ...own, edition: 1, token: "t4" }) });
  await flush();
  assert.deepEqual([sent.at(-1).to, sent.at(-1).body.edition], ["/beat/t4", 0]);
  const later = { ...own, edition: 1 };
  const outbox = new Outbox(later);
  outbox.put([[1, 5]], 5);
  later.edition = 2; // another film behind the same address
  outbox.put([[7, 9]], 9);
  assert.deepEqual(leftovers().map(({ edition, ranges }) => [edition, ranges]), [[1, [[1, 5]]], [2, [[7, 9]]]]);
});

test("what was watched offline is told from another page, under its own grant", async () => {
  visit();
  const put = (asset, member = 7) => new Outbox({ ...config, member, asset, url: `/grant/${asset}` }).put([[1, 5]], 5);
  for (const asset of ["film", "here", "shut"]) put(asset);
  put("film", 8); // somebody else's, on the same device
  server.answer = (to) => {
    const asset = to.split("/")[2];
    const told = asset === "shut" ? { asset, member: 7 } : { asset, member: 7, token: "t3", beat: "/beat/" };
    return { ok: true, status: 200, json: async () => told };
  };
  await flush(["here"]);
  assert.deepEqual(sent.filter(({ method }) => method === "POST").map(({ to, body }) => [to, body.ranges]), [["/beat/t3", [[1, 5]]]]);
  assert.deepEqual(leftovers().map(({ asset, member }) => `${asset} ${member}`), ["here 7", "shut 7", "film 8"]);
});

function granted(life, ahead = 0, onRefused = undefined) {
  visit();
  const now = Date.now() / 1000 + ahead;
  const changed = [];
  const made = new Grant(
    { url: "/grant/3", token: "old", now, source: { url: "/p/old/film/master.m3u8", expires: now + life } },
    { onChange: () => changed.push(made.token), onRefused },
  );
  return { made, changed };
}

test("a token is renewed well before it runs out, whatever the device's clock says", async (t) => {
  for (const ahead of [0, 3600, -3600]) {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { made } = granted(100, ahead);
    server.answer = () => ({ ok: true, status: 200, json: async () => ({ token: "new", expires_at: Date.now() / 1000 + ahead + 100 }) });
    made.keepAlive(true);
    t.mock.timers.tick(69_000);
    assert.equal(sent.length, 0);
    t.mock.timers.tick(1_500);
    await settled();
    assert.equal(sent.length, 1);
    assert.equal(sent[0].to, "/p/old/renew");
    assert.equal(made.fresh("/p/old/film/720p/1.m4s"), "/p/new/film/720p/1.m4s");
    t.mock.timers.reset();
  }
});

test("a stranger's address keeps its own, and no renewal goes on in silence", async (t) => {
  const { made } = granted(100);
  assert.equal(made.fresh("https://cdn.example/p/x/film.ts"), "https://cdn.example/p/x/film.ts");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  made.keepAlive(true);
  made.keepAlive(false);
  t.mock.timers.tick(200_000);
  assert.equal(sent.length, 0);
});

test("a renewal that fails is tried ever more seldom, and not once paused", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Math, "random", () => 1);
  const { made } = granted(0);
  server.answer = () => ({ ok: false, status: 503 });
  made.keepAlive(true);
  const asked = [];
  for (let second = 0; second < 120; second += 1) {
    t.mock.timers.tick(1000);
    await settled();
    asked.push(sent.length);
  }
  assert.ok(asked[59] <= 8, `${asked[59]} renewals in a minute`);
  assert.ok(asked[119] - asked[59] <= 3 && asked[119] > asked[59], `${asked[119]} in two`);
  made.keepAlive(false);
  t.mock.timers.tick(60_000);
  await settled();
  assert.equal(sent.length, asked[119]);
});

test("who is refused is asked for once, and told", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const refused = [];
  const { made } = granted(0, 0, (error) => refused.push(error.message));
  server.answer = () => ({ ok: false, status: 403 });
  made.keepAlive(true);
  t.mock.timers.tick(1000);
  await settled();
  assert.equal(refused.length, 1);
  const { length } = sent;
  t.mock.timers.tick(60_000);
  await settled();
  assert.equal(sent.length, length);
});

test("a paused film is not kept alive by a renewal somebody else asked for", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { made } = granted(100);
  server.answer = () => ({ ok: true, status: 200, json: async () => ({ token: "new", expires_at: Date.now() / 1000 + 100 }) });
  made.keepAlive(true);
  made.keepAlive(false);
  await made.renew();
  assert.equal(sent.length, 1);
  t.mock.timers.tick(200_000);
  await settled();
  assert.equal(sent.length, 1);
});

test("another film behind the same address is told of, once, with a clock to read", async () => {
  visit();
  const films = [];
  const own = { url: "/grant/3", edition: 0, token: "dead", now: Date.now() / 1000, source: { url: "/p/dead/film/master.m3u8", expires: 1 } };
  const made = new Grant(own, { onChange: (film) => films.push(film?.edition) });
  const later = { ...own, edition: 1, token: "t5", now: own.now + 900 };
  server.answer = (to) => ({ ok: !to.endsWith("/renew"), status: 403, json: async () => later });
  await made.renew();
  assert.equal(Math.round(made.now - Date.now() / 1000), 900);
  await made.renew();
  made.hear({ ...later, edition: 0, token: "t6" });
  assert.deepEqual([films, made.token], [[1, undefined, 0], "t6"]);
});

test("what was watched of the former film is told as its own, then all is known of the new one", async () => {
  const told = { edition: 1, position: 40.2, positionAt: 5, watched: [[20, 40]], source: { duration: 50.2 } };
  for (const [member, at] of [[7, 40.2], [null, 51]]) {
    visit("https://members.example/lesson/?t=8"); // the former film's
    const own = { ...config, member, edition: 0 };
    const video = Object.assign(new Video(), { currentTime: 50 });
    const signal = lasting();
    const tracker = new Tracker(video, { signal, onRange() {} });
    const heartbeat = member && new Heartbeat(video, { config: own, grant, tracker, signal, onKept() {} });
    server.answer = () => ({ ok: true, status: 204 });
    video.play();
    video.pause();
    await settled();
    video.currentTime = 51;
    assert.equal(another({ config: own, video, stream: {}, heartbeat }, told), at);
    assert.deepEqual([own.edition, own.source.duration], [1, 50.2]);
    await settled();
    Object.assign(video, { currentTime: at, readyState: 2 });
    video.say("seeked"); // put there by no member
    await settled();
    assert.deepEqual(sent.map(({ body }) => [body.edition, body.position]), member ? [[0, 50], [0, 51]] : []);
  }
});

test("how a play went is told once, when the page goes, and again only when something changed", () => {
  visit();
  const player = Object.assign(new Player(), { grant: { token: "t9" }, pressedAt: performance.now() - 300, stream: { way: "hls.js", bitRate: 1000 } });
  const viewing = new Viewing(player, { signal: lasting() });
  window.dispatchEvent(new Event("pagehide"));
  assert.equal(sent.length, 0); // nothing has played
  player.video.play();
  viewing.watched([0, 2]);
  window.dispatchEvent(new Event("pagehide"));
  window.dispatchEvent(new Event("pagehide"));
  assert.equal(sent.length, 1);
  assert.equal(sent[0].to, "/p/t9/viewing");
  const { startup, stalls, rate, seconds: played, way, error } = sent[0].body;
  assert.ok(startup >= 300 && startup < 2000);
  assert.deepEqual([stalls, rate, played, way, error], [0, 1000, 2, "hls.js", ""]);
  viewing.failed("network");
  assert.equal(sent[1].body.error, "network");
});

function viewed(t) {
  visit();
  const clock = { now: 1000 };
  t.mock.method(performance, "now", () => clock.now);
  const player = Object.assign(new Player(), { grant: { token: "t9" }, pressedAt: 900, stream: { way: "hls.js", bitRate: 1000 } });
  const viewing = new Viewing(player, { signal: lasting() });
  player.video.play();
  const stall = (ms) => {
    player.video.say("waiting");
    clock.now += ms;
  };
  const told = () => {
    window.dispatchEvent(new Event("pagehide"));
    const { stalls, stalled } = sent.at(-1).body;
    return [stalls, stalled];
  };
  return { player, viewing, stall, told };
}

test("a stall in which somebody gives up is counted, once", (t) => {
  const { player, stall, told } = viewed(t);
  stall(4000);
  assert.deepEqual(told(), [1, 4000]);
  player.video.say("playing");
  assert.deepEqual(told(), [1, 4000]);
  for (const [name, all] of [["pause", [2, 7000]], ["seeking", [3, 10_000]]]) {
    stall(3000);
    player.video.say(name);
    assert.deepEqual(told(), all);
  }
  stall(50); // nobody sees that
  assert.deepEqual(told(), [3, 10_000]);
});

test("a play has a number the server takes, over plain HTTP as well", () => {
  visit();
  const named = () => new Viewing(new Player(), { signal: lasting() }).key;
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.match(named(), form);
  const { crypto } = globalThis;
  const plain = { getRandomValues: (bytes) => crypto.getRandomValues(bytes) };
  Object.defineProperty(globalThis, "crypto", { value: plain, configurable: true });
  try {
    assert.match(named(), form);
    assert.notEqual(named(), named());
  } finally {
    Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
  }
});
