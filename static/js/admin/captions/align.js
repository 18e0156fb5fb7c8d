// Which word of a text is said when: the times of what was heard, laid over what was typed.
const plain = (word) => word.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "") || word;

export function tokens(text) {
  return [...text.matchAll(/\S+/g)].map((found) => ({ text: found[0], at: found.index }));
}

// The longest common subsequence: cues are short, so a table is quick.
function pairs(one, other) {
  const table = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      const same = one[i] === other[j];
      table[i][j] = same ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  const found = [];
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    if (one[i] === other[j]) found.push([i++, j++]);
    else if (table[i + 1][j] >= table[i][j + 1]) i += 1;
    else j += 1;
  }
  return found;
}

// Returns every token with its place in the text, its start in seconds, and how sure it is.
export function timed(cue) {
  const found = tokens(cue.text);
  const words = cue.words ?? [];
  const each = (cue.end - cue.start) / Math.max(found.length, 1);
  found.forEach((token, n) => {
    token.start = cue.start + n * each;
    token.sure = 1;
  });
  let last = -1;
  for (const [i, j] of pairs(found.map((one) => plain(one.text)), words.map((w) => plain(w[2])))) {
    found[i].start = words[j][0];
    found[i].sure = words[j][3];
    between(found, last, i);
    last = i;
  }
  if (last >= 0) after(found, last, cue.end);
  return found;
}

// What was typed between two known words is spread over the time between them.
function between(found, low, high) {
  const from = low < 0 ? found[0].start : found[low].start;
  for (let n = low + 1; n < high; n += 1) {
    const share = (n - Math.max(low, 0)) / (high - Math.max(low, 0));
    found[n].start = from + (found[high].start - from) * share;
  }
}

// What was typed behind the last known word is spread over what is left.
function after(found, last, end) {
  const from = found[last].start;
  const each = Math.max(end - from, 0) / (found.length - last);
  for (let n = last + 1; n < found.length; n += 1) found[n].start = from + (n - last) * each;
}

export const wordAt = (cue, place) => timed(cue).findLast((token) => token.at <= place);
