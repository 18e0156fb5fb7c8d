// Chapters along a line of time: where they may begin, what keys do, what is taken back and saved.
import assert from "node:assert/strict";
import test from "node:test";
import { Element, server, sent, visit } from "./page.mjs";

visit();
window.StimulusModule = { Controller: class {} };
const { bounds, dragged, keyed, lanes, problemsOf, room, said, snapped } = await import("lectern/admin/chapters/marks");
const { Past } = await import("lectern/admin/chapters/past");
const { Rows } = await import("lectern/admin/chapters/rows");
const { Saving } = await import("lectern/admin/chapters/saving");
const { short } = await import("lectern/admin/captions/clock");
const { ticks } = await import("lectern/admin/timeline/zoom");

const marks = (...all) => all.map(([at, title]) => ({ at, title }));
const three = marks([0, "One"], [10.5, "Two"], [30, "Three"]);

test("a start is drawn to whole seconds, and to a sentence that begins within half a second", () => {
  assert.deepEqual([3.4, 3.6].map((at) => snapped(at)), [3, 4]);
  const cues = [0.5, 3.2, 3.9, 8];
  assert.deepEqual([0.2, 3.4, 3.6, 4.3, 4.5, 6.2, 100].map((at) => snapped(at, cues)), [0.5, 3.2, 3.9, 3.9, 5, 6, 100]);
});

test("a chapter is moved between its neighbours and inside the film", () => {
  assert.deepEqual([0, 1, 2].map((index) => bounds(three, index, 60.2)), [[0, 10], [1, 29], [11, 60]]);
  assert.deepEqual(bounds(marks([4, "a"], [4.5, "b"], [5, "c"]), 1, 60), [4.5, 4.5]);
  assert.deepEqual(bounds(marks([0, "a"]), 0, 0.4), [0, 0]);
  assert.deepEqual([-5, 4.4, 45].map((at) => dragged(at, [1, 29], [])), [1, 4, 29]);
});

test("keys move by whole seconds, with Shift by ten, and to either end", () => {
  const to = (key, shiftKey = false) => keyed({ key, shiftKey }, 10.5, [1, 29]);
  assert.deepEqual(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].map((key) => to(key)), [10, 11, 11, 10]);
  assert.deepEqual(["ArrowLeft", "ArrowRight"].map((key) => to(key, true)), [1, 20]);
  assert.deepEqual(["PageDown", "PageUp", "Home", "End", "x"].map((key) => to(key)), [1, 20, 1, 29, null]);
  assert.equal(to("PageUp", true), 20);
});

test("a chapter is added where there is room, and not beyond the end", () => {
  const here = (second, cues = []) => room(three, second, { whole: 60, cues });
  assert.deepEqual([5.2, 10, 0.3, 59.9, 11.5].map((second) => here(second)), [5, null, null, 59, 12]);
  assert.equal(here(20.3, [20.1]), 20.1);
});

test("what the server would refuse is known before", () => {
  const rows = marks([0, "One"], [Number.NaN, "Soon"], [60, "After"], [5, " "], [0.0001, "Again"]);
  assert.deepEqual([...problemsOf(rows, 60)], [[1, "time"], [2, "late"], [3, "nameless"], [4, "same"]]);
  assert.deepEqual([...problemsOf(three, 0)], []);
  const many = Array.from({ length: 201 }, (_one, at) => ({ at, title: "Part" }));
  assert.deepEqual([...problemsOf(many, 300)], [[200, "most"]]);
});

test("handles that would lie on each other share the height", () => {
  const shared = (lefts, most = 3) => lanes(lefts, 24, most).map(({ lane, of }) => `${lane}/${of}`);
  assert.deepEqual(shared([0, 100, 300]), ["0/1", "0/1", "0/1"]);
  assert.deepEqual(shared([0, 100, 103, 126, 300]), ["0/1", "0/2", "1/2", "0/2", "0/1"]);
  assert.deepEqual(shared([0, 1, 2, 3, 100]), ["0/3", "1/3", "2/3", "0/3", "0/1"]);
  assert.deepEqual(shared([0, 1], 1), ["0/1", "0/1"]);
});

test("a sentence takes a title as it is, whatever letters it holds", () => {
  assert.equal(said("Chapter %n, %t, at %s", { n: 2, t: "$& 100 %s", s: "1:32" }), "Chapter 2, $& 100 %s, at 1:32");
});

test("times are as short as they are exact", () => {
  assert.deepEqual([0, 92, 92.34, 600, 3723].map(short), ["0:00", "1:32", "1:32.340", "10:00", "1:02:03"]);
});

test("steps under one name are one, and each other is taken back by itself", () => {
  const past = new Past(["a"]);
  assert.deepEqual([past.isEmpty, past.back()], [true, null]);
  past.note(["b"], "key 1");
  past.note(["c"], "key 1");
  assert.equal(past.note(["c"], "key 1"), false);
  past.close();
  past.note(["d"], "key 1");
  past.amend(["D"]);
  past.note(["e"]);
  assert.deepEqual([past.back(), past.back(), past.back(), past.back()], [["D"], ["c"], ["a"], null]);
});

test("no more seconds are written along a line than fit", () => {
  assert.deepEqual(ticks(60, 400), [0, 15, 30, 45]);
  assert.deepEqual(ticks(3, 1000), [0, 1, 2]);
  assert.equal(ticks(4 * 3600, 400).length, 4);
  assert.deepEqual(ticks(0, 400), []);
});

// --- the list, and saving it --------------------------------------------------------------------

class Item extends Element {
  fields = ["at", "title"].map((name) => Object.assign(new Element(), { name, value: "" }));
  querySelectorAll = () => this.fields;
  remove() {
    this.list.children.splice(this.list.children.indexOf(this), 1);
  }
  cloneNode = () => new Item();
}

class List extends Element {
  children = [];
  append(...items) {
    this.children = this.children.filter((one) => !items.includes(one));
    for (const item of items) this.children.push(Object.assign(item, { list: this }));
  }
}

const listOf = (...texts) => {
  const rows = new Rows(new List(), { content: { firstElementChild: new Item() } }, {});
  rows.state = texts;
  return rows;
};

test("the list is in order of time; what cannot be read stays behind its neighbour", () => {
  const mixed = listOf(["0:30", "Three"], ["soon", "Soon"], ["0:00", "One"]);
  mixed.sort();
  assert.deepEqual(mixed.state.map(([, title]) => title), ["One", "Three", "Soon"]);
  const rows = listOf(["0:00", "One"], ["soon", "Soon"], ["0:30", "Three"]);
  const made = rows.add(10, "Two");
  assert.deepEqual(rows.state.map(([, title]) => title), ["One", "Soon", "Two", "Three"]);
  rows.move(made, 45);
  rows.sort();
  assert.deepEqual(rows.state.at(-1), ["0:45", "Two"]);
  assert.deepEqual(rows.marks.map(({ at }) => at), [0, Number.NaN, 30, 45]);
});

const typed = (kind) => ({ get: (name) => (name === "Content-Type" ? kind : null) });
const json = (body, status = 200) => ({
  ok: status < 400, status, redirected: false, headers: typed("application/json"), json: async () => body,
}); // prettier-ignore
const SIGN_IN = { ok: true, status: 200, redirected: true, headers: typed("text/html") };
const words = { unsaved: "Not saved", saving: "…", chaptersSaved: "Saved at %s", signedOut: "Signed out" };

function saving(answer) {
  visit();
  server.answer = () => answer;
  const rows = listOf(["0:00", "One"], ["0:10", " Two "]);
  const said = [];
  const conflict = (text) => text && said.push(`conflict: ${text}`);
  const config = { save: "/save/", chapters: [[0, "One"]], edition: 3, words };
  return { rows, said, saving: new Saving({ config, rows, tell: (text) => said.push(text), conflict }) };
}

test("chapters are saved, and stand as the server keeps them", async () => {
  const one = saving(json({ chapters: [[0, "One"], [10, "Two"]], kept: "8:15:00" }));
  assert.equal(one.saving.isChanged, true);
  assert.equal(await one.saving.save(), true);
  assert.deepEqual(sent.at(-1).body, { chapters: [[0, "One"], [10, "Two"]], base: [[0, "One"]], edition: 3 });
  assert.deepEqual(one.rows.state, [["0:00", "One"], ["0:10", "Two"]]);
  assert.deepEqual([one.saving.isChanged, one.said.at(-1)], [false, "Saved at 8:15:00"]);
});

for (const [name, answer, told] of [
  ["the page that asks who one is", SIGN_IN, "Signed out"],
  ["a rule", json({ message: "“Two” begins after the end." }, 400), "“Two” begins after the end."],
]) {
  test(`what ${name} refuses stays as it was typed`, async () => {
    const one = saving(answer);
    assert.equal(await one.saving.save(), false);
    assert.deepEqual([one.said.at(-1), one.saving.isChanged], [told, true]);
    assert.deepEqual(one.rows.state, [["0:00", "One"], ["0:10", " Two "]]);
  });
}

test("what is typed while it is being saved is not saved yet", async () => {
  const one = saving(json({ chapters: [[0, "One"], [10, "Two"]], kept: "8:15:00" }));
  const going = one.saving.save();
  one.rows.add(20, "Three");
  assert.equal(await one.saving.save(), false);
  assert.equal(await going, false);
  assert.deepEqual([one.rows.state.length, one.said.at(-1), one.saving.isChanged], [3, "Not saved", true]);
});

test("a colleague's chapters are shown, or saved over", async () => {
  const theirs = [[0, "Theirs"]];
  const one = saving(json({ message: "Somebody was here.", chapters: theirs }, 409));
  assert.equal(await one.saving.save(), false);
  assert.deepEqual([one.said.at(-1), one.rows.state.length], ["conflict: Somebody was here.", 2]);
  server.answer = () => json({ chapters: [[0, "One"], [10, "Two"]], kept: "8:16:00" });
  assert.equal(await one.saving.over(), true);
  assert.deepEqual(sent.at(-1).body.base, theirs);

  const other = saving(json({ message: "Somebody was here.", chapters: theirs }, 409));
  await other.saving.save();
  other.saving.takeTheirs();
  assert.deepEqual([other.rows.state, other.saving.isChanged], [[["0:00", "Theirs"]], false]);
});

test("where another film plays by now, the page is loaded anew, unless something is not saved", async () => {
  const kept = json({ chapters: [[0, "One"], [4, "Two"]], kept: "8:15:00", reload: true });
  const one = saving(kept);
  let loaded = 0;
  window.location = { reload: () => (loaded += 1) };
  const going = one.saving.save();
  const row = one.rows.add(20, "Three");
  assert.deepEqual([await going, loaded, one.said.at(-1)], [false, 0, "Not saved"]);
  row.remove();
  assert.equal(await one.saving.save(), true);
  assert.deepEqual(sent.at(-1).body, { chapters: [[0, "One"], [10, "Two"]], base: [[0, "One"], [4, "Two"]], edition: 3 });
  assert.deepEqual([loaded, one.saving.isChanged], [1, false]);

  const other = saving(json({ message: "Somebody was here.", chapters: [[0, "Theirs"]], reload: true }, 409));
  window.location = { reload: () => (loaded += 1) };
  await other.saving.save();
  other.saving.takeTheirs();
  assert.deepEqual([loaded, other.rows.state.length, other.saving.isChanged], [2, 2, true]);
});
