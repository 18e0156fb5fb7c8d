// The caption editor: what is typed is a step, stays while it is saved, and keeps the times of its words.
import assert from "node:assert/strict";
import test from "node:test";
import { Element, server, sent, visit } from "./page.mjs";

visit();
window.StimulusModule = { Controller: class {} };
globalThis.CSS = {}; // without highlights
const { CaptionEditor } = await import("lectern/admin/captions/editor");
const { timed } = await import("lectern/admin/captions/align");
const { split } = await import("lectern/admin/captions/cue_list");
const { verbOf } = await import("lectern/admin/captions/keys");

const words = {
  saved: "Saved as version %n at %s", kept: "Kept at %s", saving: "Saving", keeping: "Keeping", unsaved: "Not kept yet",
  start: "Start %s", end: "End %s", text: "Text %s", play: "Play", doubts: "%n to check", no_doubts: "Nothing to check",
  badTime: "No time", order: "Ends before it begins",
}; // prettier-ignore

// As much of a row as the editor asks for: children by their class, their name or their part.
class Part extends Element {
  children = [];
  append(...children) {
    this.children.push(...children);
    for (const child of children) if (child instanceof Part) child.parent = this;
  }
  insertBefore(item, next) {
    this.children = this.children.filter((one) => one !== item);
    this.children.splice(next ? this.children.indexOf(next) : this.children.length, 0, item);
    item.parent = this;
  }
  remove() {
    this.parent.children = this.parent.children.filter((one) => one !== this);
  }
  replaceChildren(...children) {
    this.children = [];
    this.append(...children);
  }
  matches(selector) {
    const [, dot, name] = /^(\.?)([\w-]+)$/.exec(selector);
    return dot ? Boolean(this.className?.split(" ").includes(name)) : this.localName === name;
  }
  closest(selector) {
    return this.matches(selector) ? this : (this.parent?.closest?.(selector) ?? null);
  }
  querySelectorAll = (selector) =>
    this.children.flatMap((child) => [
      ...(child.matches?.(selector) ? [child] : []),
      ...(child.querySelectorAll?.(selector) ?? []),
    ]);
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
  focus() {
    document.activeElement = this;
  }
  setSelectionRange() {}
  setCustomValidity(words) {
    this.validationMessage = words;
  }
  reportValidity() {}
}

const three = [
  { start: 0, end: 2, text: "One." },
  { start: 2, end: 4, text: "Two." },
  { start: 4, end: 6, text: "Three." },
];

function editing(t, cues = three) {
  visit();
  const config = { save: "/save/", base: 1, edition: 0, cues, words };
  document.createElement = (localName) => Object.assign(new Part(), { localName });
  document.getElementById = () => ({ textContent: JSON.stringify(config) });
  document.querySelector = () => null;
  const targets = ["list", "empty", "search", "doubts", "undo", "state", "conflict", "conflictWords", "look", "reload"];
  const editor = new CaptionEditor();
  for (const name of targets) editor[`${name}Target`] = Object.assign(new Part(), { value: "" });
  editor.overTargets = [];
  editor.connect();
  t.after(() => editor.disconnect());
  const areas = () => editor.listTarget.querySelectorAll("textarea");
  const write = (index, value) => editor.type({ target: Object.assign(areas()[index], { value }) });
  return { editor, write, shown: () => areas().map(({ value }) => value) };
}

test("undo takes back one step, and nothing that was typed before or after it", (t) => {
  const { editor, write, shown } = editing(t);
  editor.remove(undefined, 0);
  for (const text of ["T", "Two", "Two, corrected."]) write(0, text);
  write(1, "Three, corrected.");
  editor.join(undefined, 0);
  assert.deepEqual(shown(), ["Two, corrected. Three, corrected."]);
  const back = [];
  while (!editor.undoTarget.disabled) {
    editor.undo();
    back.push(shown());
  }
  assert.deepEqual(back, [
    ["Two, corrected.", "Three, corrected."],
    ["Two, corrected.", "Three."],
    ["Two.", "Three."],
    ["One.", "Two.", "Three."],
  ]);
});

test("undo leads to the caption that is as it was", (t) => {
  const { editor, write } = editing(t);
  write(2, "Three, corrected.");
  write(0, "One, corrected.");
  editor.undo();
  assert.equal(document.activeElement.value, "One.");
  editor.undo();
  assert.equal(document.activeElement.value, "Three.");
  assert.equal(editor.undoTarget.disabled, true);
});

test("a time that is wrong is said to be, until it is right again", (t) => {
  const { editor } = editing(t);
  const [, , start, end] = editor.listTarget.querySelectorAll(".cue__time");
  const judged = () => [start, end].map(({ ariaInvalid, validationMessage }) => [ariaInvalid, validationMessage]);
  const fine = ["false", ""];
  editor.retime({ target: Object.assign(start, { value: "9:00" }) });
  assert.deepEqual(judged(), [["true", "Ends before it begins"], fine]);
  editor.retime({ target: Object.assign(end, { value: "soon" }) });
  assert.deepEqual(judged(), [["true", "Ends before it begins"], ["true", "No time"]]);
  editor.retime({ target: Object.assign(end, { value: "0:03.5" }) });
  assert.deepEqual([start.value, end.value, ...judged()], ["0:02.000", "0:03.500", fine, fine]);
});

// --- the times of words -------------------------------------------------------------------------

const heard = {
  start: 0, end: 8, text: "We buy many very nice things today",
  words: [[0, 1, "We", 1], [1, 2, "by", 1], [4, 5, "things", 1], [6, 7, "today", 1]],
}; // prettier-ignore

test("a caption that was corrected is split with the words that were heard before and after", () => {
  const at = (place) => split([heard], 0, heard.text.indexOf(place)).map(({ start, end, words }) => [start, end, words.map((w) => w[2])]);
  assert.deepEqual(at("things"), [[0, 4, ["We", "by"]], [4, 8, ["things", "today"]]]);
  assert.deepEqual(at("nice"), [[0, 3.2, ["We", "by"]], [3.2, 8, ["things", "today"]]]);
  assert.deepEqual(at("today"), [[0, 6, ["We", "by", "things"]], [6, 8, ["today"]]]);
});

test("what was typed behind the last word that was heard is said after it", () => {
  const cue = { start: 0, end: 8, text: "Today we buy things", words: [[6, 7, "Today", 1]] };
  assert.deepEqual(timed(cue).map(({ start }) => start), [6, 6.5, 7, 7.5]);
});

test("keys go by their letters, and by their place where others are written", () => {
  const verb = (key, code) => verbOf({ key, code, ctrlKey: true });
  const dvorak = [["s", "Semicolon"], ["d", "KeyH"], ["i", "KeyG"], ["o", "KeyS"], ["e", "KeyD"], ["c", "KeyI"]];
  assert.deepEqual(dvorak.map((one) => verb(...one)), ["save", "remove", "insert", "", "", ""]);
  assert.deepEqual([["ы", "KeyS"], ["в", "KeyD"], ["S", "KeyS"]].map((one) => verb(...one)), ["save", "remove", "save"]);
  assert.deepEqual([["[", "Minus"], ["ü", "BracketLeft"], ["Enter", "Enter"], ["ArrowUp", "ArrowUp"]].map((one) => verb(...one)), ["startHere", "startHere", "split", "before"]); // prettier-ignore
});

// --- saving -------------------------------------------------------------------------------------

const json = (body, status = 200) => ({
  ok: status < 400, status, redirected: false, headers: { get: () => "application/json" }, json: async () => body,
}); // prettier-ignore
const settled = () => new Promise(setImmediate);

// A server that answers when it is told to: as a version of what was sent, or as given.
function slowly() {
  const waiting = [];
  server.answer = () => new Promise((answer) => waiting.push(answer));
  return async (answer) => {
    await settled();
    const { body } = sent.at(-1);
    const number = sent.filter((one) => !one.body.draft).length;
    const version = { base: body.base + 1, number, kept: "8:15", cues: body.cues };
    waiting.shift()(answer ?? json(body.draft ? { kept: "8:15" } : version));
    await settled();
  };
}

const saves = () => sent.filter(({ body }) => !body.draft).map(({ body }) => [body.base, body.cues[0].text]);

test("what is typed while it is being saved stays, and is said not to be saved", async (t) => {
  const { editor, write, shown } = editing(t);
  const answer = slowly();
  editor.save();
  await settled();
  write(0, "One, corrected.");
  await answer();
  assert.deepEqual(shown(), ["One, corrected.", "Two.", "Three."]);
  assert.deepEqual([editor.stateTarget.textContent, editor.keeper.isChanged], ["Not kept yet", true]);
});

test("a time that is being written is saved, and a wrong one is told instead", async (t) => {
  const { editor } = editing(t);
  const answer = slowly();
  const [, end] = editor.listTarget.querySelectorAll(".cue__time");
  end.focus();
  for (const value of ["soon", "0:01.5"]) {
    end.value = value;
    editor.save();
    await settled();
  }
  assert.deepEqual(sent.map(({ body }) => body.cues[0].end), [1.5]);
  await answer();
  assert.equal(end.value, "0:01.500");
  editor.retime({ target: end }); // as its field is left
  assert.deepEqual([editor.keeper.isChanged, editor.stateTarget.textContent], [false, "Saved as version 1 at 8:15"]);
});

test("saving twice is no conflict with oneself, and saves what was typed in between", async (t) => {
  const { editor, write, shown } = editing(t);
  const answer = slowly();
  editor.save();
  editor.save();
  await answer();
  assert.deepEqual(saves(), [[1, "One."]]);
  assert.equal(editor.stateTarget.textContent, "Saved as version 1 at 8:15");

  editor.save();
  await settled();
  write(0, "One, corrected.");
  editor.save();
  await answer();
  await answer();
  assert.deepEqual(saves().slice(1), [[2, "One."], [3, "One, corrected."]]);
  assert.deepEqual([shown()[0], editor.keeper.isChanged], ["One, corrected.", false]);
  assert.equal(editor.stateTarget.textContent, "Saved as version 3 at 8:15");
});

test("a save takes what a draft on its way could not keep", async (t) => {
  const { editor, write } = editing(t);
  const answer = slowly();
  write(0, "One, corrected.");
  editor.keeper.keep();
  editor.save();
  await answer(json({}, 502));
  await answer();
  assert.deepEqual([saves(), editor.keeper.isChanged], [[[1, "One, corrected."]], false]);
  assert.equal(editor.stateTarget.textContent, "Saved as version 1 at 8:15");
});

test("a colleague's version is saved over once a person says so", async (t) => {
  const { editor, write } = editing(t);
  const answer = slowly();
  write(0, "One, corrected.");
  editor.save();
  await answer(json({ message: "Somebody was here.", current: 7, look: "/versions/2/" }, 409));
  assert.equal(editor.lookTarget.href, "/versions/2/");
  assert.deepEqual([editor.conflictTarget.hidden, editor.conflictWordsTarget.textContent], [false, "Somebody was here."]);
  await answer();
  assert.deepEqual([sent.at(-1).body.draft, editor.stateTarget.textContent], [true, "Kept at 8:15"]);
  editor.saveOver();
  editor.saveOver();
  await answer();
  assert.deepEqual(saves(), [[1, "One, corrected."], [7, "One, corrected."]]);
  assert.equal(editor.conflictTarget.hidden, true);
});

test("undo leads to the caption that is as it was, past any save", async (t) => {
  const { editor, write } = editing(t);
  const answer = slowly();
  const save = async () => {
    editor.save();
    await settled();
    const cues = sent.at(-1).body.cues.map((cue) => ({ ...cue, words: [[cue.start, cue.end, cue.text, 1]] }));
    await answer(json({ base: sent.length + 1, number: sent.length, kept: "8:15", cues }));
  };
  write(0, "One, corrected.");
  write(2, "Three, corrected.");
  await save();
  write(1, "Two, corrected.");
  await save();
  await save();
  assert.equal(editor.cues[2].words[0][2], "Three, corrected.");
  const back = [];
  while (!editor.undoTarget.disabled) {
    editor.undo();
    back.push(document.activeElement.value);
  }
  assert.deepEqual(back, ["Two.", "Three.", "One."]);
});
