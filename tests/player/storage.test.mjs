// A browser that keeps nothing (site data blocked, or no room) plays all the same.
import assert from "node:assert/strict";
import test from "node:test";
import { keepingNothing, lasting, Player, sent, visit } from "./page.mjs";

const { local, visit: tab } = await import("lectern/storage");
const { resume, keep } = await import("lectern/player/position");
const { leftovers, Outbox } = await import("lectern/player/outbox");
const { Preferences } = await import("lectern/player/preferences");
const { Ending, wentOn } = await import("lectern/player/ending");
const { leave, listening, stay } = await import("lectern/player/staying");
const { flush } = await import("lectern/player/leftovers");

const config = { member: 7, page: 3, asset: "film", url: "/grant/film", source: { duration: 100 } };

test("what is kept comes back, and what is broken or gone does not", () => {
  visit();
  for (const kept of [local, tab]) {
    kept.set("a.1", { seconds: 4 });
    kept.set("b", "words");
    assert.deepEqual([kept.get("a.1"), kept.get("b"), kept.get("c")], [{ seconds: 4 }, "words", null]);
    assert.deepEqual(kept.keys("a."), ["a.1"]);
    kept.remove("a.1");
    assert.deepEqual([kept.get("a.1"), kept.keys("a.")], [null, []]);
  }
  localStorage.setItem("b", "{");
  assert.equal(local.get("b"), null);
});

test("a broken entry of the outbox keeps nobody from the others", () => {
  visit();
  localStorage.setItem("lectern.beat.x", "{");
  new Outbox(config).put([[1, 5]], 5);
  assert.deepEqual(leftovers().map(({ ranges }) => ranges), [[[1, 5]]]);
});

test("without storage one goes on where the server says", () => {
  keepingNothing();
  keep(config, 61.5);
  assert.equal(resume({ ...config, position: 42, positionAt: 1 }), 42);
});

test("without storage beats are sent from memory, and none is left", async () => {
  keepingNothing();
  const outbox = new Outbox(config);
  outbox.put([[1, 5]], 5);
  const told = [];
  assert.equal(await outbox.flush(async ({ ranges }) => told.push(ranges)), true);
  assert.deepEqual([told, leftovers()], [[[[1, 5]]], []]);
  await flush();
  assert.equal(sent.length, 0);
});

test("without storage a choice holds for this page", () => {
  keepingNothing();
  const preferences = new Preferences(config);
  preferences.set("rate", 1.5);
  assert.equal(preferences.get("rate"), 1.5);
  assert.equal(preferences.get("letters"), true);
});

test("without storage one goes on to the next lesson, which waits to be started", () => {
  const page = keepingNothing();
  assert.equal(wentOn(), false);
  const player = new Player();
  player.part("end").parts.onward = Object.assign(page.querySelector("[data-part=onward]"), { href: "https://members.example/next/" });
  new Ending(player, player.part("end"), { signal: lasting() }).advance();
  assert.equal(page.left, "https://members.example/next/");
});

test("without storage an episode ends with its page", () => {
  keepingNothing();
  leave({ href: "/episode/" });
  stay("/episode/");
  assert.equal(listening(), null);
});
