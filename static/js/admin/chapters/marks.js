// Where chapters may begin: pure, on marks of `at` (seconds, NaN for what is no time) and `title`.
export const GAP = 1; // seconds between two starts that are dragged or moved by keys
export const MOST = 200;
const NEAR = 0.5; // seconds within which the start of a sentence draws
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

const clamped = (second, [least, most]) => Math.min(Math.max(second, least), most);

// The start of what is said there, if it is near, else the whole second. `cues` are in order.
export function snapped(second, cues = []) {
  let [low, high] = [0, cues.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cues[middle] < second) low = middle + 1;
    else high = middle;
  }
  const near = [cues[low - 1], cues[low]].filter((one) => Math.abs(one - second) <= NEAR);
  if (!near.length) return Math.round(second);
  return near.length > 1 && second - near[0] > near[1] - second ? near[1] : near[0];
}

// Between which seconds a mark moves: not past its neighbours, not out of the film.
export function bounds(marks, index, whole) {
  const [before, { at }, after] = [marks[index - 1], marks[index], marks[index + 1]];
  const least = before ? Math.floor(before.at) + GAP : 0;
  const most = after ? Math.ceil(after.at) - GAP : Math.max(Math.ceil(whole) - 1, 0);
  return least <= most ? [least, most] : [at, at];
}

export const dragged = (second, limits, cues) => clamped(snapped(second, cues), limits);

// Where a key takes a mark, in whole seconds; null for a key that moves nothing.
export function keyed({ key, shiftKey }, at, limits) {
  if (key === "Home") return limits[0];
  if (key === "End") return limits[1];
  const by = KEYS[key] && KEYS[key] * (shiftKey && Math.abs(KEYS[key]) === 1 ? 10 : 1);
  if (!by) return null;
  return clamped((by > 0 ? Math.floor(at) : Math.ceil(at)) + by, limits);
}

// Where a new chapter begins at a second: beside none that stands; null where there is no room.
export function room(marks, second, { whole, cues }) {
  const at = clamped(snapped(second, cues), [0, Math.max(Math.ceil(whole) - 1, 0)]);
  return marks.some((one) => Math.abs(one.at - at) < GAP) ? null : at;
}

// Handles that would lie on each other share the height of the line: each one's lane, and of how
// many. `lefts` in order and `wide` in pixels; past `most` lanes they do lie on each other.
export function lanes(lefts, wide, most) {
  const found = [];
  let ends = [];
  let first = 0;
  lefts.forEach((left, place) => {
    if (place && left - lefts[place - 1] >= wide) [ends, first] = [[], place];
    let lane = ends.findIndex((end) => left >= end);
    if (lane < 0) lane = ends.length < most ? ends.length : ends.indexOf(Math.min(...ends));
    ends[lane] = left + wide;
    found[place] = { lane };
    for (const one of found.slice(first)) one.of = ends.length;
  });
  return found;
}

// What the server would refuse, by the mark's place: time, late, same, nameless or most.
export function problemsOf(marks, whole) {
  const [found, moments] = [new Map(), new Set()];
  marks.forEach(({ at, title }, place) => {
    const moment = Math.round(at * 1000);
    if (Number.isNaN(at)) found.set(place, "time");
    else if (whole && at >= whole) found.set(place, "late");
    else if (moments.has(moment)) found.set(place, "same");
    else if (!title.trim()) found.set(place, "nameless");
    else if (place >= MOST) found.set(place, "most");
    moments.add(moment);
  });
  return found;
}

// One sentence with its %n, %t and %s filled in; a title may hold such letters itself.
export const said = (sentence, values) => sentence.replace(/%([nts])/g, (_all, name) => values[name] ?? "");
