// What an editor cuts out, row by row: a row counts when it is whole, and says what it lacks.
import { read } from "./clock.js";

export const isEmpty = ([from, to]) => !from.trim() && !to.trim();

// Which of the two fields is wrong, and in which words; null for a row that is whole or empty.
export function problemOf([from, to]) {
  if (isEmpty([from, to])) return null;
  const [start, end] = [read(from), read(to)];
  if (Number.isNaN(start)) return { field: 0, word: "time" };
  if (Number.isNaN(end)) return { field: 1, word: "time" };
  if (start === null) return { field: 0, word: "start" };
  if (end === null) return { field: 1, word: "end" };
  return end > start ? null : { field: 1, word: "order" };
}

export const spansOf = (rows) =>
  rows.filter((row) => !isEmpty(row) && !problemOf(row)).map((row) => row.map((one) => read(one)));
