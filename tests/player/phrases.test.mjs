// What is said is found across captions, and marked where it stands.
import assert from "node:assert/strict";
import test from "node:test";

const { phrases } = await import("lectern/phrases");
const TEXTS = ["And they trust", "the person.", "", "They  trust\nthe  caf\u00e9, the cafe\u0301."];
const shown = (wanted, texts = TEXTS) =>
  phrases(texts, wanted).map((parts) => parts.map(({ text, from, to }) => texts[text].slice(from, to)));

test("a phrase is found across captions, spaces and lines", () => {
  assert.deepEqual(shown("trust the"), [["trust", "the"], ["trust\nthe"]]);
  assert.deepEqual(shown("person. they"), [["person.", "They"]]);
  assert.deepEqual(shown("AND they"), [["And they"]]);
  assert.deepEqual(shown("  "), []);
  assert.deepEqual(shown("nobody"), []);
});

test("accents do not matter, and what follows stands where it stands", () => {
  assert.deepEqual(shown("cafe"), [["café"], ["cafe"]]);
  assert.deepEqual(shown("café,"), [["café,"]]);
  assert.deepEqual(shown("b", ["\u{1F600}İ b"]), [["b"]]);
  assert.deepEqual(phrases(["aa", "aa"], "a").length, 4);
});
