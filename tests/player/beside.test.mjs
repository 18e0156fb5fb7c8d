// What is beside playing: parts that repeat, keys, captions, chapters, sharing, notes, the end.
import assert from "node:assert/strict";
import test from "node:test";
import { Element, frozen, lasting, Player, Video, visit } from "./page.mjs";

const { Loop } = await import("lectern/player/loop");
const { Keyboard } = await import("lectern/player/keyboard");
const { Captions } = await import("lectern/player/captions");
const { keepSpeed, Preferences } = await import("lectern/player/preferences");
const { Chapters } = await import("lectern/player/chapters");
const { Ending, wentOn } = await import("lectern/player/ending");
const { Notice } = await import("lectern/player/notice");
const { SoundOnly } = await import("lectern/player/sound_only");
const { followScroll } = await import("lectern/player/mini");
const { Extras } = await import("lectern/player/extras");
const { lookAgain } = await import("lectern/player/elsewhere");
const { takeTurns } = await import("lectern/player/turn");
const { share } = await import("lectern/player/share");
const { paragraphs } = await import("lectern/player/paragraphs");

globalThis.HTMLMediaElement = { HAVE_CURRENT_DATA: 2 };
globalThis.HTMLTrackElement = { NONE: 0, LOADING: 1, LOADED: 2, ERROR: 3 };

let leaving = new AbortController();

function pressing(target = new Element(), { isBeside = false, config = {} } = {}) {
  if (!isBeside) {
    leaving.abort();
    leaving = new AbortController();
    visit();
  }
  const { signal } = leaving;
  const player = Object.assign(new Player(config), { isNear: true, toggled: 0, toggle: () => (player.toggled += 1) });
  player.preferences = new Preferences(player.config);
  takeTurns(player, { signal });
  new Keyboard(player, { signal, osd: (text) => player.said.push(text) });
  const press = (key, more = {}) => {
    const event = Object.assign(new Event("keydown", { cancelable: true }), { key, ...more });
    Object.defineProperty(event, "target", { value: target });
    document.dispatchEvent(event);
    return event;
  };
  return { player, press };
}

test("a part is repeated: at its end, at the film's end, and not once it is let go", () => {
  visit();
  const player = new Player();
  const { video } = player;
  const loop = new Loop(player, { signal: lasting() });
  video.play();
  loop.from(10);
  loop.to(20);
  assert.equal(video.currentTime, 10);
  for (const [at, back] of [[19.9, 19.9], [20, 10], [5, 10]]) {
    video.currentTime = at;
    video.say("timeupdate");
    assert.equal(video.currentTime, back);
  }
  loop.to(100);
  Object.assign(video, { currentTime: 100, ended: true, paused: true });
  video.say("ended");
  assert.deepEqual([video.currentTime, video.paused], [10, false]);
  loop.clear();
  video.currentTime = 50;
  video.say("timeupdate");
  assert.equal(video.currentTime, 50);
});

test("keys seek, mute and change speed", () => {
  const { player, press } = pressing();
  player.video.currentTime = 50;
  for (const [key, at] of [["j", 40], ["l", 50], ["ArrowLeft", 45], ["ArrowRight", 50], ["3", 30], ["Home", 0], ["End", 100]]) {
    press(key);
    assert.equal(player.video.currentTime, at, key);
  }
  press("m");
  assert.equal(player.video.muted, true);
  press(">");
  assert.equal(player.video.playbackRate, 1.25);
  press("<");
  assert.equal(player.video.playbackRate, 1);
  press("k");
  assert.equal(player.toggled, 1);
});

test("who types, or holds a modifier, loses no key to the player", () => {
  const field = Object.assign(new Element(), { closest: (selector) => (selector.includes("textarea") ? {} : null) });
  const { player, press } = pressing(field);
  for (const key of ["k", " ", "m", "5", "ArrowLeft", "Home"]) assert.equal(press(key).defaultPrevented, false, key);
  const free = pressing();
  free.press("k", { ctrlKey: true });
  assert.deepEqual([player.toggled, player.asked, player.video.muted, free.player.toggled], [0, [], false, 0]);
});

test("single keys can be switched off, the others stay", () => {
  const { player, press } = pressing();
  player.preferences.set("letters", false);
  for (const key of ["k", "m", "5", ",", "?"]) assert.equal(press(key).defaultPrevented, false, key);
  assert.deepEqual([player.toggled, player.asked, player.video.muted], [0, [], false]);
  press("ArrowRight");
  press(" ");
  assert.deepEqual([player.toggled, player.asked], [1, [["seek", 5]]]);
});

test("a tenth and the end are found before the film has said how long it is", () => {
  const { player, press } = pressing();
  player.video.duration = Number.NaN;
  press("5");
  press("End");
  assert.deepEqual(player.asked, [["seek", 50], ["seek", 100]]);
});

test("of two players the page's own has the keys, then whichever was played or touched", () => {
  const clip = pressing(new Element(), { config: { page: null } });
  const film = pressing(new Element(), { isBeside: true });
  const toggled = () => [film.player.toggled, clip.player.toggled];
  film.press("k");
  assert.deepEqual(toggled(), [1, 0]);
  clip.player.video.play();
  film.press("k");
  assert.deepEqual(toggled(), [1, 1]);
  film.player.dispatchEvent(new Event("focusin"));
  film.press("k");
  assert.deepEqual(toggled(), [2, 1]);
});

test("a player that begins pauses the other one and takes its small window away", () => {
  const { player: film } = pressing();
  const { player: clip } = pressing(new Element(), { isBeside: true, config: { page: null } });
  film.video.play();
  film.toggleAttribute("mini", true);
  clip.video.play();
  assert.deepEqual([film.video.paused, film.hasAttribute("mini"), clip.video.paused], [true, false, false]);
});

function captioned(member = 7) {
  const player = new Player({ member });
  player.preferences = new Preferences(player.config);
  player.video.tracks = ["en", "de"].map((language) => ({
    kind: "captions",
    readyState: 0,
    src: `/p/old/film/captions/${language}.vtt`,
    track: { language, mode: "disabled" },
  }));
  player.video.readyState = 2;
  player.grant = { fresh: (address) => address.replace("/old/", "/new/") };
  return { player, captions: new Captions(player, { signal: lasting() }) };
}

test("a language, a size and a colour are remembered, each member's own", async () => {
  await frozen((timers) => {
    visit();
    const { player, captions } = captioned();
    timers.tick(1000);
    captions.toggle();
    player.video.textTracks.dispatchEvent(new Event("change"));
    captions.choose("captionSize", "xl");
    captions.choose("captionLook", "yellow");
    const again = captioned();
    assert.equal(again.captions.shown.language, "en");
    assert.deepEqual({ ...again.player.dataset }, { captionSize: "xl", captionLook: "yellow" });
    const other = captioned(8);
    assert.equal(other.captions.shown, undefined);
    assert.equal(other.player.dataset.captionSize, "m");
    captions.renewed();
    assert.equal(player.video.tracks[0].src, "/p/new/film/captions/en.vtt");
    assert.equal(captions.shown.language, "en");
    const [read] = player.video.tracks;
    Object.assign(read, { src: "/p/old/film/captions/en.vtt", readyState: HTMLTrackElement.LOADED });
    captions.renewed();
    assert.equal(read.src, "/p/old/film/captions/en.vtt");
    captions.renewed(true); // another film
    assert.equal(read.src, "/p/new/film/captions/en.vtt");
    assert.equal(captions.shown.language, "en");
  });
});

test("captions that are switched on while a film still loads are remembered", () => {
  visit();
  const { captions } = captioned();
  captions.toggle(); // no change was announced yet
  assert.equal(captioned().captions.shown.language, "en");
});

test("a speed is chosen once, for films and sounds, and outlives what is put into the element", () => {
  visit();
  const speeds = () => [new Video(), new Preferences({ member: 7 })];
  const [film, liked] = speeds();
  keepSpeed(film, liked, { signal: lasting() });
  film.playbackRate = 1.5;
  film.say("ratechange");
  const [sound, again] = speeds();
  keepSpeed(sound, again, { signal: lasting() });
  assert.deepEqual([film.defaultPlaybackRate, sound.playbackRate, sound.defaultPlaybackRate], [1.5, 1.5, 1.5]);
});

test("a chapter's title is what its file means, read once before the bar reads it", () => {
  visit();
  const player = new Player();
  const cue = { startTime: 0, text: "Salt &amp;amp; pepper", getCueAsHTML: () => ({ textContent: "Salt &amp; pepper" }) };
  const track = Object.assign(new EventTarget(), { cues: [cue], activeCues: [] });
  const element = Object.assign(new EventTarget(), { track, readyState: 1 });
  const captured = [];
  player.video.querySelector = () => element;
  player.video.addEventListener = (name, act, { capture }) => captured.push([name, capture, act]);
  new Chapters(player, { signal: lasting() });
  const [[name, isBefore, loaded]] = captured;
  assert.deepEqual([name, isBefore], ["load", true]);
  loaded({ target: new EventTarget() }); // captions
  assert.equal(cue.text, "Salt &amp;amp; pepper");
  loaded({ target: element });
  assert.equal(cue.text, "Salt &amp; pepper");
});

test("chapters are stepped by: this one's start, the one before, the next", () => {
  visit();
  const player = new Player();
  const cues = [0, 30, 60].map((startTime) => ({ startTime, text: `At ${startTime}` }));
  const track = Object.assign(new EventTarget(), { cues, activeCues: [] });
  player.video.querySelector = () => Object.assign(new EventTarget(), { track, readyState: 1 });
  const chapters = new Chapters(player, { signal: lasting() });
  for (const [at, by, to] of [[40, 1, 60], [40, -1, 30], [31, -1, 0], [0, 1, 30], [58.5, 1, 60], [59.9, 1, undefined]]) {
    player.asked.length = 0;
    player.video.currentTime = at;
    chapters.step(by);
    assert.equal(player.asked[0]?.[1], to, `${at} ${by}`);
  }
});

function ending(preferences = { advances: true }, url = "https://members.example/next/") {
  const page = visit();
  const card = new Element();
  const player = Object.assign(new Player(), { isLooping: false });
  player.preferences = { get: (name) => preferences[name], set: (name, value) => (preferences[name] = value) };
  card.querySelector("[data-part=onward]").href = url;
  new Ending(player, card, { signal: lasting() });
  return { page, card, player, preferences };
}

test("the next lesson follows after eight seconds, once", async () => {
  await frozen((timers) => {
    const { page, card, player } = ending();
    player.video.say("ended");
    assert.equal(card.hidden, false);
    timers.tick(7999);
    assert.equal(page.left, undefined);
    timers.tick(1);
    assert.equal(page.left, "https://members.example/next/");
    location.pathname = "/next/";
    assert.equal(wentOn(), true);
    assert.equal(wentOn(), false);
  });
});

test("nobody is led on who said no, who stays, who plays again, who looks elsewhere", async () => {
  await frozen((timers) => {
    const stories = [
      ({ player, preferences }) => ((preferences.advances = false), player.video.say("ended")),
      ({ player, card }) => (player.video.say("ended"), card.parts.stay.dispatchEvent(new Event("click"))),
      ({ player }) => (player.video.say("ended"), player.video.say("seeking")),
      ({ player }) => ((document.hidden = true), player.video.say("ended")),
      ({ player }) => ((player.isLooping = true), player.video.say("ended")),
    ];
    for (const story of stories) {
      const told = ending();
      document.hidden = false;
      story(told);
      timers.tick(60_000);
      assert.equal(told.page.left, undefined, String(story));
    }
  });
});

const focused = (page, element) => Object.assign(page, { activeElement: element }).dispatchEvent(new Event("focusin"));
const field = () => Object.assign(new Element(), { closest: () => true });

test("nobody is led on who writes, who begins to write, or who reads on below", async () => {
  await frozen((timers) => {
    const stories = [
      ({ page, player }) => (focused(page, field()), player.video.say("ended")),
      ({ page, player }) => (player.video.say("ended"), focused(page, field())),
      ({ card, player }) => ((card.getBoundingClientRect = () => ({ top: -400, bottom: -100 })), player.video.say("ended")),
      ({ player }) => (player.toggleAttribute("mini", true), player.video.say("ended")),
    ];
    for (const story of stories) {
      const told = ending();
      story(told);
      timers.tick(60_000);
      assert.deepEqual([told.page.left, told.card.hidden], [undefined, false], String(story));
    }
  });
});

test("a button that has the focus keeps nobody", async () => {
  await frozen((timers) => {
    const { page, player } = ending();
    focused(page, new Element());
    player.video.say("ended");
    focused(page, new Element());
    timers.tick(8000);
    assert.equal(page.left, "https://members.example/next/");
  });
});

test("who looked elsewhere at the end is led on once they look here", async () => {
  await frozen((timers) => {
    const { page, player } = ending();
    document.hidden = true;
    player.video.say("ended");
    timers.tick(60_000);
    document.hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    timers.tick(7999);
    assert.equal(page.left, undefined);
    timers.tick(1);
    assert.equal(page.left, "https://members.example/next/");
  });
});

test("who comes back finds the end as they left it, or the second of another device", async (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  for (const [ended, asked] of [[true, []], [false, [["seek", 30]]]]) {
    visit();
    const player = Object.assign(new Player(), { stream: {}, ask: async () => ({ position: 30, positionAt: 1 }) });
    player.video.ended = ended;
    lookAgain(player, { signal: lasting(), onElsewhere() {} });
    now += 6000;
    document.dispatchEvent(new Event("visibilitychange"));
    await new Promise((done) => setImmediate(done));
    assert.deepEqual(player.asked, asked);
  }
});

test("who comes back after a cut gets the film as it is now, not its seconds in the former one", async (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  for (const edition of [0, 1]) {
    visit();
    const told = { position: 30, positionAt: 1, edition, token: "t9" };
    const player = Object.assign(new Player({ edition: 0 }), { stream: {}, ask: async () => told });
    player.grant = { hear: (config) => player.asked.push(["hear", config.edition]) };
    lookAgain(player, { signal: lasting(), onElsewhere() {} });
    now += 6000;
    document.dispatchEvent(new Event("visibilitychange"));
    await new Promise((done) => setImmediate(done));
    assert.deepEqual(player.asked, edition ? [["hear", 1]] : [["seek", 30]]);
  }
});

test("a failure says what happened and what to do", () => {
  visit();
  const root = new Element();
  const pressed = [];
  const notice = new Notice(root, { onAction: () => pressed.push(1) });
  notice.show({ kind: "network", title: "No connection", text: "Check it.", action: "Try again" });
  const { title, text, action } = root.parts;
  assert.deepEqual([root.hidden, title.textContent, text.textContent, action.textContent, action.hidden], [false, "No connection", "Check it.", "Try again", false]);
  action.dispatchEvent(new Event("click"));
  assert.equal(pressed.length, 1);
  notice.show({ kind: "failed", title: "Gone" });
  assert.equal(action.hidden, true);
  notice.hide();
  assert.equal(notice.isShown, false);
});

function listening() {
  visit();
  const changed = [];
  const source = { url: "/p/t/film/master.m3u8", sound: "/p/t/film/audio/index.m3u8", duration: 100 };
  const player = Object.assign(new Player({ source }), { hasSound: false, grant: { fresh: (a) => a }, stream: { change: (url) => changed.push(url) } });
  globalThis.fetch = async () => ({ ok: true, text: async () => "#EXTM3U\naudio/index.m3u8\n" });
  const sound = new SoundOnly(player, { signal: lasting() });
  return { sound, source, player, changed };
}

test("listening takes the sound's own stream, and the picture's again", async () => {
  const { sound, source, player, changed } = listening();
  await sound.toggle();
  assert.deepEqual([player.hasAttribute("data-listening"), changed], [true, [source.sound]]);
  await sound.toggle();
  assert.deepEqual([player.hasAttribute("data-listening"), changed.at(-1)], [false, source.url]);
});

test("who switches to the sound and back at once keeps the picture", async () => {
  const { sound, source, changed } = listening();
  await Promise.all([sound.toggle(), sound.toggle()]);
  assert.deepEqual([sound.isOn, changed], [false, [source.url]]);
});

test("an episode whose sound is another shows the new one, and goes by a key once", async () => {
  const page = visit();
  const player = new Player({ source: { base: "/p/t/film/", duration: 100 } });
  page.querySelector = () => player;
  page.createElementNS = () => Object.assign(new Element(), { setAttribute() {}, append() {} });
  globalThis.HTMLElement = Element;
  globalThis.customElements = { define: (_name, made) => (globalThis.Listening = made), whenDefined: async () => {} };
  await import("lectern/components/listening");
  player.grant = { fresh: (address) => address };
  let data = [-1, 1, -2, 2];
  globalThis.fetch = async () => ({ ok: Boolean(data), json: async () => ({ data, bits: 8 }) });
  const beside = Object.assign(new globalThis.Listening(), { isConnected: true });
  beside.dataset.at = "{at} of {length}";
  const wave = beside.querySelector("[data-part=wave]");
  const drawn = [];
  wave.replaceChildren = () => drawn.push(wave.ariaValueMax);
  await beside.connectedCallback();
  assert.deepEqual([drawn.length, wave.ariaValueMax, wave.hidden], [1, 100, false]);
  player.config.source = { base: "/p/t/film/e1/", duration: 40 };
  const settled = () => new Promise((done) => setImmediate(done));
  player.dispatchEvent(new Event("player:film"));
  await settled();
  assert.deepEqual([drawn.length, wave.ariaValueMax], [2, 40]);
  wave.dispatchEvent(Object.assign(new Event("keydown"), { key: "ArrowRight" }));
  assert.deepEqual(player.asked, [["seek", 10]]);
  data = null; // not measured yet
  player.dispatchEvent(new Event("player:film"));
  await settled();
  assert.deepEqual([drawn.length, wave.hidden], [2, true]);
});

test("the small player comes when one reads on, and leaves when one is back", () => {
  visit();
  let seen;
  globalThis.IntersectionObserver = class {
    constructor(run) {
      seen = (isIntersecting, top) => run([{ isIntersecting, boundingClientRect: { top } }]);
    }
    observe() {}
    disconnect() {}
  };
  const player = new Player();
  const close = player.part("mini-close");
  followScroll(player, new Element(), { signal: lasting(), onClose: () => player.video.pause() });
  const isMini = () => player.hasAttribute("mini");
  seen(false, -900);
  assert.equal(isMini(), false); // nothing plays
  player.video.play(); // by a key, while it is out of sight
  assert.equal(isMini(), true);
  seen(true, 0);
  assert.equal(isMini(), false);
  seen(false, -900);
  close.dispatchEvent(new Event("click"));
  assert.deepEqual([isMini(), player.video.paused], [false, true]);
  player.video.play();
  seen(false, -900);
  assert.equal(isMini(), false); // it was sent away
});

test("a shared link names its second", async () => {
  const page = visit("https://members.example/lesson/?a=1#notes");
  const player = new Player();
  player.video.currentTime = 83.9;
  await share(player);
  assert.equal(page.copied, "https://members.example/lesson/?a=1&t=83");
  assert.deepEqual(player.said, ["linkCopied"]);
});

test("a note is written at the second that plays", () => {
  visit();
  const told = [];
  document.addEventListener("player:note", ({ detail }) => told.push(detail.seconds));
  const player = new Player();
  player.video.currentTime = 83.9;
  Extras.prototype.note.call({ player });
  assert.deepEqual(told, [83]);
});

test("cues become paragraphs where somebody pauses", () => {
  const cue = (start, text) => ({ start, end: start + 2, text });
  const groups = paragraphs([cue(0, "One."), cue(2, "Two."), cue(9, "Three."), cue(11, "and four")]);
  assert.deepEqual(groups.map((group) => group.length), [2, 2]);
});
