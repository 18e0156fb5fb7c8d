// Captions are cut to be read over a picture; a page wants paragraphs.

const LONG = 420; // letters
const PAUSE = 1.6; // seconds of silence
const ENDS = /[.!?…]["'”’)]*$/;

export function paragraphs(cues) {
  const groups = [];
  let letters = 0;
  for (const cue of cues) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const isOver = last && ENDS.test(last.text) && (letters > LONG / 2 || cue.start - last.end > PAUSE);
    if (!last || isOver || letters > LONG) {
      groups.push([cue]);
      letters = 0;
    } else {
      group.push(cue);
    }
    letters += cue.text.length;
  }
  return groups;
}
