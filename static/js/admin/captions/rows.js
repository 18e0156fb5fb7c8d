// Draws one cue: its times, its text with what lies behind it, its doubts, and what can be done.
import { timed } from "./align.js";
import { fill, written } from "./clock.js";

const UNSURE = 0.5;

function made(name, options = {}, ...children) {
  const { dataset = {}, ...rest } = options;
  const element = Object.assign(document.createElement(name), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

const button = (part, label, text, className = "cue__way") =>
  made("button", { type: "button", className, ariaLabel: label, title: label, dataset: { part } }, text);

export function row(cue, words, labels) {
  const moment = (part) =>
    made("input", { className: "cue__time", autocomplete: "off", spellcheck: false, dataset: { part } });
  const times = made("div", { className: "cue__times", dir: "ltr" });
  times.append(button("play", words.play, "▶", "cue__play"), moment("start"), "–", moment("end"));
  const text = made("div", { className: "cue__text" });
  text.append(made("div", { className: "cue__back", ariaHidden: "true" }), made("textarea", { rows: 1 }));
  const ways = made("div", { className: "cue__ways" });
  for (const [part, label] of Object.entries(labels)) ways.append(button(part, label, label));
  const doubts = made("p", { className: "cue__doubts", hidden: true });
  const item = made("li", { className: "cue", dataset: { id: cue.id } }, times, text, doubts, ways);
  fillRow(item, cue, words);
  return item;
}

export function fillRow(item, cue, words) {
  const at = written(cue.start);
  const [start, end] = item.querySelectorAll(".cue__time");
  const area = item.querySelector("textarea");
  start.value = at;
  end.value = written(cue.end);
  for (const field of [start, end]) judge(field, "");
  start.ariaLabel = fill(words.start, at);
  end.ariaLabel = fill(words.end, at);
  area.ariaLabel = fill(words.text, at);
  if (area.value !== cue.text) area.value = cue.text;
  item.querySelector(".cue__play").ariaLabel = `${words.play}: ${at}`;
  behind(item, cue);
  doubtsOf(item, cue, words);
}

// Says what is wrong with a time; nothing is with "".
export function judge(field, wrong) {
  field.setCustomValidity(wrong);
  field.ariaInvalid = String(Boolean(wrong));
}

// The same text lies behind the field, unseen: it gives the field its height and carries marks.
export function behind(item, cue) {
  item.querySelector(".cue__back").textContent = `${cue.text}\u200b`;
}

function doubtsOf(item, cue, words) {
  const line = item.querySelector(".cue__doubts");
  const flags = cue.flags ?? [];
  line.hidden = !flags.length;
  item.toggleAttribute("data-doubtful", flags.length > 0);
  line.replaceChildren(flags.map((flag) => words[flag]).join(" · "));
  if (flags.length) line.append(" ", button("checked", words.checked, words.checked));
}

export function range(item, from, to) {
  const node = item.querySelector(".cue__back").firstChild;
  const found = new Range();
  found.setStart(node, Math.min(from, node.length));
  found.setEnd(node, Math.min(to, node.length));
  return found;
}

export function unsureRanges(item, cue) {
  return timed(cue)
    .filter((token) => token.sure < UNSURE)
    .map((token) => range(item, token.at, token.at + token.text.length));
}

export function spokenRange(item, cue, at) {
  const word = timed(cue).findLast((token) => token.start <= at + 0.02);
  return word && at <= cue.end + 0.2 ? range(item, word.at, word.at + word.text.length) : null;
}
