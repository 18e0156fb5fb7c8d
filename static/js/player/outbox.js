// Beats wait in the browser until the server has them: one entry a key, merged by union.
import { rounded, union } from "lectern/player/ranges";
import { local } from "lectern/storage";

const PREFIX = "lectern.beat.";
const FULL = 150; // ranges in an entry; the server takes 200
const TAB = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
let number = 0;

// An entry as the server is told of it, whichever token carries it.
export function told({ ranges, position, at, edition }) {
  return JSON.stringify({ ranges, position, at, edition });
}

// Every entry of this browser, whoever watched what.
export function leftovers() {
  return local.keys(PREFIX).map((key) => local.get(key)).filter(Boolean);
}

export class Outbox {
  #config;
  #current = null;
  #busy = false;

  constructor(config) {
    this.#config = config;
  }

  put(ranges, position, at) {
    const { member, page, asset, url, edition } = this.#config;
    const isWhole = this.#current?.ranges.length >= FULL || this.#current?.edition !== edition;
    if (isWhole) this.#current = null; // it waits in storage
    this.#current ??= { key: `${PREFIX}${TAB}.${(number += 1)}`, member, page, asset, url, edition, ranges: [] };
    this.#current.ranges = rounded(union(this.#current.ranges, ranges));
    Object.assign(this.#current, { position: Number(position.toFixed(2)), at });
    local.set(this.#current.key, this.#current); // where that is in vain it is sent from memory
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
    const { member, asset } = this.#config;
    return leftovers().filter((entry) => entry.member === member && entry.asset === asset);
  }
}
