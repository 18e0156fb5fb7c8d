// A line of time, of which editors cut and where their chapters begin.
import assert from "node:assert/strict";
import test from "node:test";
import { Element, server, visit } from "./page.mjs";

visit();
const { drag, place, secondAt } = await import("lectern/admin/timeline/line");
const { picturesOf, peaksOf } = await import("lectern/admin/timeline/backdrop");

test("a line knows its seconds at any width", () => {
  const line = { getBoundingClientRect: () => ({ left: 100, width: 400 }) };
  assert.deepEqual([50, 200, 900].map((x) => secondAt(line, x, 60)), [0, 15, 60]);
  assert.deepEqual([place(15, 60), place(90, 60), place(1, 0)], ["25%", "100%", "0%"]);
});

class Held extends Element {
  setPointerCapture = (id) => (this.captured = id);
  say(name, more) {
    this.dispatchEvent(Object.assign(new Event(name), more));
  }
}

test("a drag follows its own pointer; Escape brings back what was", () => {
  const begin = () => {
    visit();
    const [holder, said] = [new Held(), []];
    const move = ({ clientX }) => said.push(clientX);
    drag(holder, { pointerId: 4 }, { move, drop: () => said.push("drop"), undo: () => said.push("undo") });
    holder.say("pointermove", { pointerId: 4, clientX: 7 });
    holder.say("pointermove", { pointerId: 5, clientX: 8 });
    return { holder, said };
  };
  const { holder, said: kept } = begin();
  holder.say("pointerup", { pointerId: 4 });
  holder.say("pointermove", { pointerId: 4, clientX: 9 });
  assert.deepEqual([holder.captured, kept], [4, [7, "drop"]]);
  const { said: left } = begin();
  document.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key: "Escape" }));
  document.dispatchEvent(Object.assign(new Event("keydown"), { key: "Escape" }));
  assert.deepEqual(left, [7, "undo"]);
  for (const taken of ["pointercancel", "lostpointercapture"]) {
    const { holder: panned, said: gone } = begin();
    panned.say(taken, { pointerId: 4 });
    assert.deepEqual(gone, [7, "undo"]);
  }
});

test("the pictures of a storyboard are found in its sheets, and none where there is none", async () => {
  const text = "WEBVTT\n\n00:00.000 --> 00:02.000\nsheet.jpg#xywh=160,90,160,90\n";
  server.answer = () => ({ ok: true, text: async () => text });
  assert.deepEqual(await picturesOf("https://members.example/p/t/storyboard.vtt"), [
    { sheet: "https://members.example/p/t/sheet.jpg", x: 160, y: 90, width: 160, height: 90 },
  ]);
  server.answer = () => Promise.reject(new TypeError("Failed to fetch"));
  assert.deepEqual([await picturesOf("/x.vtt"), await picturesOf(""), await peaksOf("/x.json")], [[], [], []]);
});
