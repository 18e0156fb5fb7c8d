// Marks in the texts: unsure words, what was searched for, the word that is heard. Drawn by the
// CSS Custom Highlight API where there is one; the flags beside each cue say it without.
import { range, spokenRange, unsureRanges } from "./rows.js";

export class Marks {
  constructor() {
    this.hits = [];
    this.can = "highlights" in CSS;
  }

  show(cues, rows, searched) {
    const needle = searched.trim().toLowerCase();
    const [unsure, found] = [[], []];
    this.hits = [];
    cues.forEach((cue, index) => {
      const item = rows.get(cue.id);
      unsure.push(...unsureRanges(item, cue));
      if (!needle) return;
      const text = cue.text.toLowerCase();
      for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
        this.hits.push({ index, at });
        found.push(range(item, at, at + needle.length));
      }
    });
    this.set("caption-unsure", unsure);
    this.set("caption-found", found);
  }

  speak(item, cue, at) {
    const one = item && spokenRange(item, cue, at);
    this.set("caption-spoken", one ? [one] : []);
  }

  set(name, ranges) {
    if (this.can) CSS.highlights.set(name, new Highlight(...ranges));
  }
}
