// Draws chapters along the line of time: parts with their titles, handles at their starts, offers.
import { short } from "../captions/clock.js";
import { place } from "../timeline/line.js";
import { ticks } from "../timeline/zoom.js";
import { lanes, said } from "./marks.js";

// As many children as wanted; those that stay keep their elements: a drag or a focus goes on.
function fill(holder, count, make) {
  while (holder.children.length > count) holder.lastElementChild.remove();
  while (holder.children.length < count) holder.append(make());
  return [...holder.children];
}

const span = () => Object.assign(document.createElement("span"), { dir: "auto" });

function part() {
  const made = document.createElement("div");
  made.append(span());
  return made;
}

function button(name) {
  const made = Object.assign(document.createElement("button"), { type: "button" });
  made.className = name;
  return made;
}

function slider() {
  const handle = button("timeline__handle chapter-handle");
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-orientation", "horizontal");
  handle.append(span());
  return handle;
}

export class Band {
  constructor({ line, ruler, parts, handles, offers, words }) {
    Object.assign(this, { line, ruler, parts, handles, offers, words });
  }

  // `marks` in order of time, each with the `number` of its row; `problems` by that number.
  draw(marks, { whole, problems, limits, playing }) {
    fill(this.parts, marks.length, part).forEach((one, index) => {
      const { at, title, number } = marks[index];
      const end = Math.min(marks[index + 1]?.at ?? whole, whole);
      one.style.insetInlineStart = place(at, whole);
      one.style.inlineSize = place(Math.max(end - at, 0), whole);
      one.firstElementChild.textContent = title.trim() || this.words.nameless;
      one.toggleAttribute("data-problem", problems.has(number));
      one.toggleAttribute("data-current", marks[index].row === playing);
    });
    fill(this.handles, marks.length, slider).forEach((handle, index) => {
      const { at, title, number } = marks[index];
      const [least, most] = limits(index);
      const values = { n: number + 1, t: title.trim() || this.words.nameless, s: short(at) };
      handle.style.insetInlineStart = place(at, whole);
      handle.toggleAttribute("data-problem", problems.has(number));
      const [label, valuetext] = [said(this.words.handleName, values), said(this.words.handle, values)];
      const facts = { label, valuetext, valuenow: at, valuemin: least, valuemax: most };
      for (const [name, value] of Object.entries(facts)) handle.setAttribute(`aria-${name}`, value);
      handle.title = valuetext;
      handle.firstElementChild.textContent = values.s;
    });
    this.#share(marks, whole);
  }

  #share(marks, whole) {
    const handles = [...this.handles.children];
    const wide = handles[0]?.offsetWidth ?? 0;
    if (!wide) return; // nothing is seen yet
    const lefts = marks.map(({ at }) => (this.line.clientWidth * Math.min(at, whole)) / whole);
    const room = Math.max(Math.floor((this.line.clientHeight - this.ruler.offsetHeight) / wide), 1);
    lanes(lefts, wide, room).forEach(({ lane, of }, place) => {
      handles[place].style.setProperty("--lane", lane);
      handles[place].style.setProperty("--lanes", of);
    });
  }

  drawOffers(proposals, whole) {
    fill(this.offers, proposals.length, () => button("chapter-mark")).forEach((offer, index) => {
      const { at, title } = proposals[index];
      offer.style.insetInlineStart = place(at, whole);
      offer.ariaLabel = offer.title = said(this.words.offer, { t: title, s: short(at) });
    });
  }

  drawRuler(whole, width) {
    const seconds = ticks(whole, width);
    fill(this.ruler, seconds.length, span).forEach((tick, index) => {
      tick.style.insetInlineStart = place(seconds[index], whole);
      tick.textContent = short(seconds[index]);
    });
  }

  // The handle nearest to a pointer, where more than fit beside each other lie on each other.
  nearest({ clientX, clientY }, touched) {
    const away = (handle) => {
      const { left, width, top, bottom } = handle.getBoundingClientRect();
      return clientY >= top && clientY <= bottom ? Math.abs(clientX - left - width / 2) : Infinity;
    };
    return [...this.handles.children].reduce((best, one) => (away(one) < away(best) ? one : best), touched);
  }

  indexOf(handle) {
    return [...this.handles.children].indexOf(handle);
  }
}
