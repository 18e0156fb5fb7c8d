// Marks in the texts: unsure words, what was searched for, the word that is heard. Drawn by the
// CSS Custom Highlight API where there is one; the flags beside each cue say it without.
import { phrases } from "../../phrases.js";
import { range, spokenRange, unsureRanges } from "./rows.js";

export class Marks {
  constructor() {
    this.hits = [];
    this.can = "highlights" in CSS;
  }

  show(cues, rows, searched) {
    const found = phrases(searched.trim() ? cues.map((cue) => cue.text) : [], searched);
    this.hits = found.map(([first]) => ({ index: first.text, at: first.from }));
    const unsure = cues.flatMap((cue) => unsureRanges(rows.get(cue.id), cue));
    const ranges = found.flat().map(({ text, from, to }) => range(rows.get(cues[text].id), from, to));
    this.set("caption-unsure", unsure);
    this.set("caption-found", ranges);
  }

  speak(item, cue, at) {
    const one = item && spokenRange(item, cue, at);
    this.set("caption-spoken", one ? [one] : []);
  }

  set(name, ranges) {
    if (this.can) CSS.highlights.set(name, new Highlight(...ranges));
  }
}
