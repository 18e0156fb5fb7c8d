// Finds what is said in texts that follow each other: across their joints, whatever accents and
// case, and with one space for any number of them.

const MARK = /\p{M}/u;
const SPACE = /\s/;

function bare(letter) {
  if (letter < "\u0080") return letter.toLowerCase();
  return MARK.test(letter) ? "" : [...letter.normalize("NFD")][0].toLowerCase();
}

// Returns the letters that count, and for each the text it stands in, and where.
function folded(texts) {
  const [letters, whose, from, to] = [[], [], [], []];
  const put = (letter, text, start, end) => {
    for (const unit of letter.split("")) {
      letters.push(unit);
      whose.push(text);
      from.push(start);
      to.push(end);
    }
  };
  texts.forEach((text, number) => {
    let at = 0;
    if (letters.length && letters.at(-1) !== " ") put(" ", number, 0, 0);
    for (const letter of text) {
      const end = at + letter.length;
      if (!SPACE.test(letter)) put(bare(letter), number, at, end);
      else if (letters.at(-1) !== " ") put(" ", number, at, end);
      at = end;
    }
  });
  return { plain: letters.join(""), whose, from, to };
}

// Returns a list of places for each time it is found, one for each text it touches.
export function phrases(texts, wanted) {
  const phrase = folded([wanted]).plain.trim();
  if (!phrase) return [];
  const { plain, whose, from, to } = folded(texts);
  const found = [];
  for (let at = plain.indexOf(phrase); at >= 0; at = plain.indexOf(phrase, at + phrase.length)) {
    const parts = new Map();
    for (let place = at; place < at + phrase.length; place += 1) {
      if (from[place] === to[place]) continue; // a joint
      const part = parts.get(whose[place]) ?? { text: whose[place], from: from[place] };
      parts.set(whose[place], { ...part, to: to[place] });
    }
    found.push([...parts.values()]);
  }
  return found;
}
