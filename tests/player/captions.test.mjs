// The caption editor: what is typed is a step, stays while it is saved, and keeps the times of its words.
import assert from "node:assert/strict";
import test from "node:test";
import { Element, server, sent, visit } from "./page.mjs";

visit();
window.StimulusModule = { Controller: class {} };
globalThis.CSS = {}; // without highlights
const { CaptionEditor } = await import("lectern/admin/captions/editor");

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
  const targets = ["list", "empty", "search", "doubts", "undo", "state", "save", "conflict", "conflictWords"];
  const editor = new CaptionEditor();
  for (const name of targets) editor[`${name}Target`] = Object.assign(new Part(), { value: "" });
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
