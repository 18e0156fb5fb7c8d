// What is done to a list of cues: pure, so that each step can be undone.
import { timed } from "./align.js";

const SHORTEST = 0.3;
const NEW = 2;
let number = 0;

export const withId = (cue) => ({ ...cue, id: (number += 1) });
export const bare = ({ id, ...cue }) => cue;

const typed = new WeakMap(); // what the server's cues were before it made them
const before = (cue) => typed.get(cue) ?? cue;

// A cue as the server made it: what that adds is no step of anybody.
export function made(cue, its) {
  const one = { ...its, id: cue.id };
  typed.set(one, before(cue));
  return one;
}

export const isUntouched = (one, other) => before(one) === before(other);

export function split(cues, index, place) {
  const cue = cues[index];
  const [before, after] = [cue.text.slice(0, place).trim(), cue.text.slice(place).trim()];
  if (!before || !after) return null;
  const next = timed(cue).find((token) => token.at >= place);
  const low = cue.start + SHORTEST;
  const at = Math.min(Math.max(next?.start ?? 0, low), Math.max(cue.end - SHORTEST, low));
  const isBefore = ([start]) => start < (next?.start ?? Infinity); // by time: others may be typed than heard
  const words = cue.words ?? [];
  const parts = [
    { ...cue, text: before, end: at, words: words.filter(isBefore) },
    withId({ ...cue, text: after, start: at, words: words.filter((word) => !isBefore(word)) }),
  ];
  return cues.toSpliced(index, 1, ...parts);
}

export function join(cues, index) {
  const [one, other] = [cues[index], cues[index + 1]];
  if (!other) return null;
  const joined = {
    ...one,
    end: Math.max(one.end, other.end),
    text: `${one.text} ${other.text}`.trim(),
    words: [...(one.words ?? []), ...(other.words ?? [])],
    flags: [...new Set([...(one.flags ?? []), ...(other.flags ?? [])])],
  };
  return cues.toSpliced(index, 2, joined);
}

export function insert(cues, index) {
  const [here, next] = [cues[index], cues[index + 1]];
  const start = here ? here.end : 0;
  const room = next ? next.start - start : NEW;
  const end = start + Math.max(Math.min(room, NEW), SHORTEST);
  return cues.toSpliced(index + 1, 0, withId({ start, end, text: "" }));
}

export const remove = (cues, index) => cues.toSpliced(index, 1);

// The cue that is heard at a moment, or the last one before it; -1 before the first.
export function indexAt(cues, at) {
  let [low, high] = [0, cues.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cues[middle].start <= at + 0.001) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
