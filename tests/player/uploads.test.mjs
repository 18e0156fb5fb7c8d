// A file goes on where it stopped only where it is sent for the same thing as before.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import { server, visit } from "./page.mjs";

const SIZE = 1000;
const asked = []; // what the tus client sent
const lines = new Set(); // requests nobody has answered yet

const said = (header) =>
  Object.fromEntries((header ?? "").split(",").map((pair) => {
    const [name, value] = pair.split(" ");
    return [name, atob(value ?? "")];
  })); // prettier-ignore

const refusals = { PATCH: [], HEAD: [] }; // what is answered next, in place of the usual

// The server takes every upload, and a chunk never ends.
globalThis.XMLHttpRequest = class {
  headers = {};
  upload = {};
  open(method, url) {
    Object.assign(this, { method, url });
  }
  setRequestHeader(name, value) {
    this.headers[name] = value;
  }
  getResponseHeader(name) {
    if (this.said) return this.said.headers?.[name] ?? null;
    return { Location: `/uploads/${asked.length}/`, "Upload-Offset": "400", "Upload-Length": `${SIZE}` }[name] ?? null;
  }
  send() {
    asked.push([this.method, said(this.headers["Upload-Metadata"]).offset]);
    this.said = refusals[this.method]?.shift();
    if (this.method === "PATCH" && !this.said) return void lines.add(this);
    this.status = this.said?.status ?? (this.method === "POST" ? 201 : 200);
    this.responseText = this.said?.words ?? "";
    queueMicrotask(() => this.onload());
  }
  abort() {
    lines.delete(this);
  }
};

function page() {
  const here = visit();
  asked.length = 0;
  here.getElementById = () => ({ textContent: JSON.stringify({ direct: false }) });
  Object.assign(window, { localStorage, tus });
  server.answer = () => ({ ok: false, status: 404, headers: new Headers() });
}

visit();
window.localStorage = localStorage;
const tus = createRequire(import.meta.url)("tus-js-client/dist/tus.min.js");
page();
const { uploads } = await import("lectern/admin/uploads");

const film = new File([new Uint8Array(SIZE)], "talk.mp4", { type: "video/mp4", lastModified: 1 });
const lies = (offset) => ({ site: "1", asset: "a", replaces: "1", offset });

async function until(isSo) {
  for (let turn = 0; turn < 1000 && !isSo(); turn += 1) await new Promise(setImmediate);
}

async function sent(words) {
  const before = lines.size;
  const [item] = uploads.add([film], words);
  await until(() => lines.size > before);
  return item;
}

const verbs = () => asked.map(([method]) => method);

async function reloaded() {
  for (const { upload } of uploads.items) await upload?.abort();
  uploads.items = [];
  asked.length = 0;
  const headers = new Headers({ "Upload-Offset": "400", "Lectern-Asset": "a" });
  server.answer = () => ({ ok: true, status: 200, headers });
  await uploads.recall();
}

test("a file that replaces another goes on only where its seconds lie as before", async () => {
  await sent(lies("10"));
  await reloaded();
  const [lost] = uploads.items;
  assert.equal(lost.state, "lost");
  const other = await sent(lies("-3"));
  assert.deepEqual([other === lost, lost.state, asked], [false, "lost", [["POST", "-3"], ["PATCH", undefined]]]); // prettier-ignore
  asked.length = 0;
  const same = await sent(lies("10"));
  assert.deepEqual([same === lost, asked], [true, [["HEAD", undefined], ["PATCH", undefined]]]); // prettier-ignore
});

test("a file for the library is not what was on its way to replace another", async () => {
  page();
  uploads.items = [];
  await sent(lies("10"));
  await reloaded();
  const fresh = await sent({ site: "1" });
  assert.deepEqual([uploads.items.length, fresh.state, asked[0][0]], [2, "running", "POST"]);
});

const OURS = { "Tus-Resumable": "1.0.0" };

async function refused(status) {
  await reloaded();
  page();
  uploads.items = [];
  refusals.PATCH.push({ status, words: "It is full.", headers: OURS });
  const [item] = uploads.add([film], { site: "1" });
  await until(() => item.state === "failed");
  return item;
}

for (const status of [503, 507])
  test(`what storage refuses with ${status} is told at once, and tried again without a byte`, async () => {
    const item = await refused(status);
    assert.deepEqual([item.state, item.error, verbs()], ["failed", "It is full.", ["POST", "PATCH"]]);
    refusals.HEAD.push({ status: 423, headers: OURS });
    refusals.HEAD.push({ status: 200, headers: { "Upload-Offset": `${SIZE}`, "Upload-Length": `${SIZE}` } });
    uploads.resume(item);
    await until(() => item.state === "done");
    assert.deepEqual([item.state, verbs()], ["done", ["POST", "PATCH", "HEAD", "HEAD"]]);
  });

test("what storage goes on refusing says why as it did at first", async () => {
  const item = await refused(507);
  uploads.resume(item);
  const { getStatus, getHeader } = { getStatus: () => 423, getHeader: () => null };
  uploads.fail(item, { originalResponse: { getStatus, getHeader, getBody: () => "" } });
  assert.deepEqual([item.state, item.error], ["failed", "It is full."]);
});

test("a server that is away for a moment is sent to again", async () => {
  await reloaded();
  page();
  refusals.PATCH.push({ status: 503, words: "Bad luck" });
  await sent({ site: "1" });
  assert.deepEqual(verbs(), ["POST", "PATCH", "HEAD", "PATCH"]);
});

test("a reload forgets only what is over", async () => {
  const storage = window.tus.defaultOptions.urlStorage;
  const kept = async (status) => {
    await refused(507);
    localStorage.setItem("lectern.direct::talk", JSON.stringify({ uploadUrl: "/uploads/9/", size: SIZE }));
    server.answer = () => ({ ok: false, status, headers: new Headers() });
    await uploads.recall();
    return [(await storage.findAllUploads()).length, localStorage.getItem("lectern.direct::talk") !== null];
  };
  for (const status of [401, 423, 500, 502, 503]) assert.deepEqual(await kept(status), [1, true], `${status}`);
  for (const status of [403, 404, 410]) assert.deepEqual(await kept(status), [0, false], `${status}`);
});
