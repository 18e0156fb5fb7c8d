// The chapter editor: a line of time to drag along, and a list to type in; the list is the truth.
import { short } from "../captions/clock.js";
import { ask, wordsOf } from "../captions/send.js";
import { drag, secondAt } from "../timeline/line.js";
import { Zoom } from "../timeline/zoom.js";
import { Backdrop } from "./backdrop.js";
import { Band } from "./band.js";
import { isHandle, press } from "./keys.js";
import { bounds, dragged, problemsOf, room, said } from "./marks.js";
import { Offers } from "./offers.js";
import { Past } from "./past.js";
import { Playhead } from "./playhead.js";
import { Rows } from "./rows.js";
import { Saving } from "./saving.js";

const { Controller } = window.StimulusModule;
const SLACK = 3; // pixels a pointer trembles
const OWN_WAY = 3000; // milliseconds for which a line scrolled by hand is left alone

export class ChapterEditor extends Controller {
  static targets = [
    ...["scroller", "line", "ruler", "parts", "handles", "marks", "pictures", "wave", "head", "now"],
    ...["list", "row", "offers", "empty", "state", "save", "undo", "problem", "conflict", "conflictWords"],
  ];

  connect() {
    this.config = JSON.parse(document.getElementById("chapter-config").textContent);
    this.words = this.config.words;
    const whole = () => this.whole;
    this.rows = new Rows(this.listTarget, this.rowTarget, this.words);
    this.past = new Past(this.rows.state);
    this.saving = new Saving({
      config: this.config, rows: this.rows,
      tell: (words) => this.tell(words), conflict: (words) => this.conflict(words),
    }); // prettier-ignore
    this.offers = new Offers(this.offersTarget, this.words);
    this.playhead = new Playhead({ video: this.video, head: this.headTarget, now: this.nowTarget, whole });
    this.band = new Band({
      line: this.lineTarget, ruler: this.rulerTarget, parts: this.partsTarget,
      handles: this.handlesTarget, offers: this.marksTarget, words: this.words,
    }); // prettier-ignore
    this.zoom = new Zoom({ scroller: this.scrollerTarget, line: this.lineTarget, whole });
    this.back = new Backdrop(this.picturesTarget, this.waveTarget);
    this.listen();
    this.draw();
    this.saving.state();
  }

  listen() {
    this.ends = new AbortController();
    const { signal } = this.ends;
    const on = (target, name, act, more) => target.addEventListener(name, act, { signal, ...more });
    on(window, "beforeunload", (event) => this.saving.isChanged && event.preventDefault());
    on(document, "keydown", (event) => press(this, event));
    on(this.video, "loadedmetadata", () => this.drawAll());
    on(this.video, "seeked", () => this.playhead.settle());
    on(this.scrollerTarget, "wheel", (event) => this.wheel(event), { passive: false });
    on(this.scrollerTarget, "touchmove", () => (this.scrolledAt = Date.now()), { passive: true });
    this.sizes = new ResizeObserver(() => this.drawAll());
    this.sizes.observe(this.scrollerTarget);
  }

  disconnect() {
    this.ends.abort();
    this.sizes.disconnect();
  }

  get video() {
    return this.element.querySelector("video");
  }

  get whole() {
    return this.config.duration || this.video.duration || 0;
  }

  // --- drawing: everything follows from the list -------------------------------------------

  draw() {
    const { marks } = this.rows;
    const { whole } = this;
    this.problems = problemsOf(marks, whole);
    this.marks = marks
      .map((mark, number) => ({ ...mark, number }))
      .filter(({ at }) => !Number.isNaN(at))
      .sort((one, other) => one.at - other.at);
    this.playing = this.playingAt(this.playhead.at);
    this.rows.name(marks, this.problems, this.playing);
    this.scrollerTarget.hidden = !whole;
    const { problems, playing } = this;
    this.band.draw(this.marks, { whole, problems, playing, limits: (index) => this.limits(index) });
    this.offers.keepApart(this.marks);
    this.band.drawOffers(this.offers.all, whole);
    this.emptyTarget.hidden = marks.length + this.offers.all.length > 0;
    this.undoTarget.disabled = this.past.isEmpty;
    this.playhead.show();
    this.judge(marks);
  }

  drawAll() {
    this.scrollerTarget.hidden = !this.whole;
    this.back.draw();
    this.band.drawRuler(this.whole, this.lineTarget.clientWidth);
    this.draw();
  }

  async opened({ detail }) {
    await this.back.open(detail);
    this.drawAll();
  }

  // What the server would refuse, and what it takes but a person may not have meant.
  judge(marks) {
    const [first] = this.problems;
    const about = ({ at, title }, number) => ({ n: number + 1, t: title.trim() || this.words.nameless, s: short(at) });
    let sentence = "";
    if (first) sentence = said(this.words.problems[first[1]], about(marks[first[0]], first[0]));
    else if (this.marks[0]?.at > 0) sentence = said(this.words.lead, about(this.marks[0], 0));
    this.problemTarget.toggleAttribute("data-wrong", Boolean(first));
    if (this.problemTarget.textContent !== sentence) this.problemTarget.textContent = sentence;
  }

  limits(index) {
    return bounds(this.marks, index, this.whole || Infinity);
  }

  playingAt(second) {
    return this.marks.findLast(({ at }) => at <= second + 0.01)?.row;
  }

  follow({ detail: { at, paused } }) {
    this.playhead.show(at);
    if (this.playingAt(at) !== this.playing) this.draw();
    const isLeftAlone = this.isHeld || (!paused && Date.now() - this.scrolledAt < OWN_WAY);
    if (this.zoom.factor > 1 && !isLeftAlone) this.zoom.show(at);
  }

  // --- what is changed ---------------------------------------------------------------------

  // Steps under one name, one after the other, are taken back as one.
  noted(name) {
    const isNew = this.past.note(this.rows.state, name);
    this.draw();
    if (isNew) this.saving.state();
    return isNew;
  }

  tell(words) {
    if (this.stateTarget.textContent !== words) this.stateTarget.textContent = words;
  }

  move(row, at, name) {
    this.rows.move(row, at);
    this.playhead.seek(at);
    return this.noted(name);
  }

  typed({ target }) {
    const row = target.closest("li");
    if (this.listTarget.contains(row)) this.noted(`typed ${this.rows.all.indexOf(row)} ${target.name}`);
  }

  settled() {
    this.rows.sort();
    this.past.amend(this.rows.state);
    this.draw();
  }

  add() {
    const at = room(this.marks, this.playhead.at, { whole: this.whole || Infinity, cues: this.config.cues });
    const near = this.marks.reduce((best, one) => (this.away(one) < this.away(best) ? one : best), this.marks[0]);
    const row = at === null ? near.row : this.rows.add(at, this.words.untitled);
    this.noted();
    this.cameFrom = this.scrollerTarget.contains(document.activeElement) ? this.scrollerTarget : null;
    this.name(row);
  }

  away({ at }) {
    return Math.abs(at - this.playhead.at);
  }

  name(row) {
    const [, title] = this.rows.fields(row);
    title.focus();
    title.select();
  }

  pick({ target }) {
    const row = target.closest("li");
    const part = target.closest("button")?.dataset.part;
    if (part === "remove") this.remove(row);
    else if (part === "play") {
      const found = this.marks.find((one) => one.row === row);
      if (found) this.playhead.seek(found.at);
    }
  }

  remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.noted();
    (next?.querySelector("[data-part=remove]") ?? this.scrollerTarget).focus();
  }

  drop(row, index) {
    row.remove();
    this.noted();
    (this.handlesTarget.children[index] ?? this.handlesTarget.lastElementChild ?? this.scrollerTarget).focus();
  }

  undo() {
    const former = this.past.back();
    if (!former) return;
    this.rows.state = former;
    this.draw();
    this.saving.state();
  }

  // --- pointers ----------------------------------------------------------------------------

  second(clientX) {
    return secondAt(this.lineTarget, clientX, this.whole);
  }

  grab(event) {
    const touched = event.target.closest("button");
    if (event.button) return;
    if (isHandle(touched)) return this.take(this.band.nearest(event, touched), event);
    if (touched || event.pointerType !== "mouse") return; // a finger scrolls; its tap seeks
    const former = this.playhead.at;
    const move = ({ clientX }) => this.playhead.seek(this.second(clientX));
    this.hold(this.lineTarget, event, { move, undo: () => this.playhead.seek(former) });
    move(event);
  }

  tap(event) {
    if (event.pointerType !== "mouse" && !event.target.closest("button")) this.playhead.seek(this.second(event.clientX));
  }

  rename(event) {
    if (event.target.closest("button")) return;
    const row = this.playingAt(this.second(event.clientX));
    if (row) this.name(row);
  }

  take(handle, event) {
    const index = this.band.indexOf(handle);
    const { row, at } = this.marks[index];
    const [limits, former, from] = [this.limits(index), this.playhead.at, event.clientX];
    const box = handle.getBoundingClientRect();
    const beside = from - box.left - box.width / 2; // held at its edge, it does not jump
    let [isMoved, isNoted] = [false, false];
    const move = ({ clientX }) => {
      isMoved ||= Math.abs(clientX - from) >= SLACK;
      if (!isMoved) return;
      const wanted = dragged(this.second(clientX - beside), limits, this.config.cues);
      isNoted = this.move(row, wanted, "drag") || isNoted;
    };
    const undo = () => {
      if (isNoted) this.undo();
      if (isMoved) this.playhead.seek(former);
    };
    this.past.close();
    handle.focus({ preventScroll: true });
    this.hold(handle, event, { move, undo, drop: () => isMoved || this.playhead.seek(at) });
  }

  hold(holder, event, { move, undo, drop }) {
    const after = (act) => () => {
      this.isHeld = false;
      act?.();
      this.past.close();
    };
    this.isHeld = true;
    drag(holder, event, { move, undo: after(undo), drop: after(drop) });
  }

  // --- how much is seen --------------------------------------------------------------------

  closer() {
    this.zoomTo(this.zoom.factor * 2);
  }

  wider() {
    this.zoomTo(this.zoom.factor / 2);
  }

  widest() {
    this.zoomTo(1);
  }

  zoomTo(factor, around) {
    const at = this.playhead.at;
    this.zoom.to(factor, around ?? (this.zoom.isSeen(at) ? at : this.zoom.middle));
    this.drawAll();
  }

  wheel(event) {
    this.scrolledAt = Date.now();
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoomTo(this.zoom.factor * Math.exp(-event.deltaY / 200), this.second(event.clientX));
  }

  // --- proposals ---------------------------------------------------------------------------

  async propose() {
    const answer = await ask(this.config.propose);
    if (!answer.ok) return this.tell(wordsOf(answer, this.words));
    this.offers.show(answer.chapters, this.marks);
    const number = this.offers.all.length;
    this.tell(number ? said(this.words.proposed, { n: number }) : this.words.noProposals);
    this.draw();
    this.offers.reveal();
  }

  offered({ target }) {
    const button = target.closest("button");
    if (!button) return;
    const holder = this.marksTarget.contains(button) ? this.marksTarget : null;
    const index = holder ? [...holder.children].indexOf(button) : Number(button.dataset.number);
    const offer = this.offers.all[index];
    if (button.dataset.part === "play") this.playhead.seek(offer.at);
    else if (button.dataset.part === "all") this.accept(this.offers.all);
    else if (button.dataset.part === "none") this.refuse();
    else this.accept([offer]);
  }

  accept(offers) {
    const rows = offers.map(({ at, title }) => this.rows.add(at, title));
    this.noted();
    this.handlesTarget.children[this.marks.findIndex(({ row }) => row === rows[0])]?.focus();
  }

  refuse() {
    this.offers.show([], this.marks);
    this.draw();
    this.scrollerTarget.focus();
  }

  // --- saving ------------------------------------------------------------------------------

  async save(event) {
    event?.preventDefault();
    this.settled();
    const [problem] = this.problems;
    if (problem) return this.lead(problem[0]);
    await this.saving.save();
    this.past.amend(this.rows.state);
    this.draw();
  }

  lead(number) {
    this.rows.fields(this.rows.all[number]).find((field) => !field.checkValidity())?.reportValidity();
  }

  conflict(words) {
    this.conflictTarget.hidden = !words;
    this.conflictWordsTarget.textContent = words;
  }

  async saveOver() {
    await this.saving.over();
    this.past.amend(this.rows.state);
    this.draw();
  }

  // Theirs come into the list; “Undo” brings back what was typed.
  takeTheirs() {
    this.saving.takeTheirs();
    this.noted();
    this.scrollerTarget.focus();
  }
}
