// What editors type is kept, or they are told that it is not; what they listen to goes on.
import assert from "node:assert/strict";
import test from "node:test";
import { Element, server, sent, visit } from "./page.mjs";

visit();
window.StimulusModule = { Controller: class {} };
const { Keeper } = await import("lectern/admin/captions/keeper");
const { ChapterEditor } = await import("lectern/admin/captions/chapters");

const { problemOf, spansOf } = await import("lectern/admin/cut/rows");

const words = {
  kept: "Draft kept at %s", saved: "Saved as version %n at %s", chaptersSaved: "Saved at %s",
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
  const keeper = new Keeper({ url: "/save/", base: 4, words, cues: () => [], say, conflict() {} });
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
    const saved = await keeper.save();
    assert.deepEqual([saved.ok, said.at(-1), leave()], [false, told, true]);
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

test("chapters are not saved by the page that asks who one is", async () => {
  visit();
  server.answer = () => SIGN_IN;
  const editor = Object.assign(new ChapterEditor(), {
    config: { save: "/save/", propose: "/propose/" }, words, base: [], chapters: [{ at: 0, title: "One" }],
    saveTarget: new Element(), stateTarget: new Element(), isChanged: true, draw() {},
  }); // prettier-ignore
  await editor.save();
  assert.deepEqual([editor.stateTarget.textContent, editor.isChanged], ["Signed out", true]);
  await editor.propose();
  assert.equal(editor.stateTarget.textContent, "Signed out");
});

test("a row of a cut that is not whole says what it lacks, and cuts nothing", () => {
  const rows = [["", ""], ["10", "0:20"], ["30", ""], ["", "30"], ["40", "20"], ["20", "20"], ["1", "soon"]];
  assert.deepEqual(
    rows.map((row) => problemOf(row)?.word),
    [undefined, undefined, "end", "start", "order", "order", "time"],
  );
  assert.deepEqual(spansOf(rows), [[10, 20]]);
});
