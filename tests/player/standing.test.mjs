// How an asset stands renews itself when it should, and a refusal is said where it was asked for.
import assert from "node:assert/strict";
import test from "node:test";
import { Element, sent, server, visit } from "./page.mjs";

visit();
window.StimulusModule = { Controller: class {} };
window.tus = { defaultOptions: { urlStorage: { findAllUploads: async () => [] } } };
const { AssetState, LivePiece } = await import("lectern/admin/asset_state");

const { uploads } = await import("lectern/admin/uploads");

const settled = () => new Promise(setImmediate);
const text = (status, words) => ({ ok: status < 400, status, text: async () => words });

function shown() {
  visit();
  window.wagtailConfig = {};
  document.createElement = () => Object.assign(new Element(), { setAttribute(name, value) { this[name] = value; } }); // prettier-ignore
  return Object.assign(new Element(), { isConnected: true });
}

for (const [name, answer, told] of [
  ["its reason", async () => text(409, "Wait for it.\n"), "Wait for it."],
  ["plain words for a page of errors", async () => text(500, "<h1>Error</h1>"), "Try again"],
  ["plain words without a line", () => Promise.reject(new TypeError("Failed to fetch")), "Try again"],
]) {
  test(`a refused retry says ${name} beside its button`, async () => {
    const state = Object.assign(new AssetState(), { element: shown() });
    server.answer = answer;
    const button = Object.assign(new Element(), { after: (line) => (button.said = line) });
    await state.retry({ currentTarget: button, params: { url: "/retry/", failed: "Try again" } });
    assert.deepEqual([button.said.textContent, button.said.role, button.disabled], [told, "alert", false]);
    assert.equal(sent.at(-1).method, "POST");
  });
}

test("what is shown of an asset is asked for once its file has come, not for another's", async () => {
  const element = shown();
  const asked = () => sent.map(({ to }) => to);
  const piece = Object.assign(new LivePiece(), { element, urlValue: "/media/film/editions/", busyValue: false });
  piece.show = (fresh) => (piece.fresh = fresh);
  document.createElement = () => {
    const fresh = Object.assign(new Element(), { dataset: { busy: "false" } });
    return { content: { firstElementChild: fresh } };
  };
  server.answer = async () => text(200, "<div></div>");
  piece.connect();
  uploads.tell({ asset: "other" }, "done");
  assert.deepEqual(asked(), []);
  uploads.tell({ asset: "film" }, "done");
  await settled();
  assert.deepEqual([asked(), Boolean(piece.fresh), piece.busyValue], [["/media/film/editions/"], true, false]);
  piece.disconnect();
  uploads.tell({ asset: "film" }, "done");
  assert.equal(sent.length, 1);
});
