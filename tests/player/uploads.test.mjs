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
    return { Location: `/uploads/${asked.length}/`, "Upload-Offset": "400", "Upload-Length": `${SIZE}` }[name] ?? null;
  }
  send() {
    asked.push([this.method, said(this.headers["Upload-Metadata"]).offset]);
    if (this.method === "PATCH") return void lines.add(this);
    this.status = this.method === "POST" ? 201 : 200;
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

async function sent(words) {
  const before = lines.size;
  const [item] = uploads.add([film], words);
  for (let turn = 0; turn < 1000 && lines.size === before; turn += 1) await new Promise(setImmediate);
  return item;
}

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
