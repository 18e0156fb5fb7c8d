// Beats wait in the browser until the server has them: one entry a key, merged by union.
import { rounded, union } from "lectern/player/ranges";
import { local } from "lectern/storage";

const PREFIX = "lectern.beat.";
const FULL = 150; // ranges in an entry; the server takes 200
const TAB = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
let number = 0;

function write(key, entry) {
  try {
    localStorage.setItem(key, JSON.stringify(entry));
  } catch {
    // Storage is full or forbidden: the entry still lives in memory and is sent from there.
  }
}

// Every entry of this browser, whoever watched what.
export function leftovers() {
  return local.keys(PREFIX).map((key) => local.get(key)).filter(Boolean);
}

export class Outbox {
  #owner;
  #current = null;
  #busy = false;

  constructor({ member, page, asset, url }) {
    this.#owner = { member, page, asset, url };
  }

  put(ranges, position) {
    if (this.#current?.ranges.length >= FULL) this.#current = null; // it waits in storage
    this.#current ??= { key: `${PREFIX}${TAB}.${(number += 1)}`, ...this.#owner, ranges: [] };
    this.#current.ranges = rounded(union(this.#current.ranges, ranges));
    Object.assign(this.#current, { position: Number(position.toFixed(2)), at: Date.now() });
    write(this.#current.key, this.#current);
    return this.#current;
  }

  // `send` answers true when the server has it, or will never take it; false keeps it.
  async flush(send) {
    if (this.#busy) return false;
    this.#busy = true;
    try {
      for (const entry of this.#take()) {
        if (!(await send(entry))) return false;
        local.remove(entry.key);
      }
      return true;
    } finally {
      this.#busy = false;
    }
  }

  #take() {
    const mine = this.#current;
    this.#current = null;
    const kept = this.waiting().filter((entry) => entry.key !== mine?.key);
    return mine ? [...kept, mine] : kept;
  }

  waiting() {
    const { member, asset } = this.#owner;
    return leftovers().filter((entry) => entry.member === member && entry.asset === asset);
  }
}
