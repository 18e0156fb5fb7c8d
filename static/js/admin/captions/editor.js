// The synced caption editor: cues beside the video, each kept as it is typed.
import { Past } from "../chapters/past.js";
import { wordAt } from "./align.js";
import * as steps from "./cue_list.js";
import { fill, read } from "./clock.js";
import { Keeper } from "./keeper.js";
import { verbOf } from "./keys.js";
import { Marks } from "./marks.js";
import { behind, fillRow, judge, row } from "./rows.js";

const { Controller } = window.StimulusModule;
const BACK = 3;

export class CaptionEditor extends Controller {
  static targets = [
    "list", "empty", "search", "found", "doubts", "undo", "state", "conflict", "conflictWords",
    "over", "look", "reload",
  ];

  connect() {
    this.config = JSON.parse(document.getElementById("caption-config").textContent);
    this.words = this.config.words;
    this.past = new Past(this.config.cues.map(steps.withId), Object.is); // no list is written to
    this.rows = new Map();
    this.marks = new Marks(this.words);
    this.keeper = new Keeper({
      url: this.config.save,
      base: this.config.base,
      edition: this.config.edition,
      words: this.words,
      cues: () => this.cues.filter((cue) => cue.text.trim()).map(steps.bare),
      say: (text) => (this.stateTarget.textContent = text),
      saved: (answer) => this.taken(answer),
      conflict: (answer) => this.showConflict(answer),
    });
    this.draw();
    this.onKey = (event) => this.press(event); // anywhere: a focus that is lost costs no key
    document.addEventListener("keydown", this.onKey);
    this.listTarget.addEventListener("click", (event) => this.click(event));
    this.listTarget.addEventListener("input", (event) => this.type(event));
    this.listTarget.addEventListener("change", (event) => this.retime(event));
    this.listTarget.addEventListener("wheel", () => (this.scrolledAt = Date.now()), { passive: true });
    this.listTarget.addEventListener("touchmove", () => (this.scrolledAt = Date.now()), { passive: true });
  }

  disconnect() {
    document.removeEventListener("keydown", this.onKey);
    this.keeper.close();
  }

  get video() {
    return this.element.querySelector("video");
  }

  get cues() {
    return this.past.now;
  }

  // --- drawing: rows are kept, so that focus and what one types stay ------------------------

  draw() {
    const items = this.cues.map((cue) => {
      const item = this.rows.get(cue.id) ?? row(cue, this.words, this.labels);
      this.rows.set(cue.id, item);
      return item;
    });
    const kept = new Set(items);
    for (const item of [...this.listTarget.children]) if (!kept.has(item)) item.remove();
    items.forEach((item, n) => {
      if (this.listTarget.children[n] !== item) this.listTarget.insertBefore(item, this.listTarget.children[n]);
    });
    this.emptyTarget.hidden = this.cues.length > 0;
    this.refresh();
  }

  get labels() {
    const text = (key) => document.querySelector(`[data-way="${key}"]`)?.textContent ?? key;
    return { split: text("split"), join: text("join"), insert: text("insert"), remove: text("remove") };
  }

  refresh() {
    const doubtful = this.cues.filter((cue) => cue.flags?.length).length;
    this.doubtsTarget.textContent = doubtful ? fill(this.words.doubts, "", doubtful) : this.words.no_doubts;
    this.doubtsTarget.disabled = !doubtful;
    this.undoTarget.disabled = this.past.isEmpty;
    this.marks.show(this.cues, this.rows, this.searchTarget.value);
  }

  indexOf(element) {
    const id = Number(element?.closest?.(".cue")?.dataset.id);
    return this.cues.findIndex((cue) => cue.id === id);
  }

  get index() {
    const focused = this.indexOf(document.activeElement);
    return focused >= 0 ? focused : Math.max(this.current ?? 0, 0);
  }

  // --- what a person does ------------------------------------------------------------------

  press(event) {
    const verb = verbOf(event);
    if (!verb) return;
    event.preventDefault();
    this[verb](event);
  }

  click({ target }) {
    const index = this.indexOf(target);
    const cue = this.cues[index];
    if (!cue) return;
    const part = target.closest("button")?.dataset.part;
    if (target.matches("textarea")) this.jump(wordAt(cue, target.selectionStart)?.start ?? cue.start);
    else if (part === "play") this.playFrom(cue.start);
    else if (part === "checked") this.check(index);
    else if (part) this[part](undefined, index);
  }

  type({ target }) {
    if (!target.matches("textarea")) return;
    const index = this.indexOf(target);
    const cue = { ...this.cues[index], text: target.value };
    this.past.note(this.cues.with(index, cue), `typed ${cue.id}`);
    behind(this.rows.get(cue.id), cue);
    this.keeper.changed();
    this.refresh();
  }

  retime({ target }) {
    const part = target.dataset.part;
    if (!target.matches(".cue__time")) return;
    const index = this.indexOf(target);
    const seconds = read(target.value);
    const cue = { ...this.cues[index], ...(seconds === null ? {} : { [part]: seconds }) };
    const wrong = seconds === null ? this.words.badTime : cue.end <= cue.start ? this.words.order : "";
    judge(target, wrong);
    if (wrong) target.reportValidity();
    else if (cue[part] !== this.cues[index][part]) this.put(index, cue);
    else fillRow(this.rows.get(cue.id), cue, this.words);
    return !wrong;
  }

  put(index, cue) {
    this.step(this.cues.with(index, cue));
    fillRow(this.rows.get(cue.id), cue, this.words);
  }

  // Takes a new list; the former can come back.
  step(cues) {
    if (!cues) return false;
    this.past.note(cues);
    this.redraw();
    return true;
  }

  // The caption that is as it was has the focus.
  undo() {
    const { cues } = this;
    if (!this.past.back()) return;
    this.redraw();
    const index = this.cues.findIndex((cue, n) => !steps.isUntouched(cue, cues[n]));
    this.focus(index < 0 ? this.cues.length - 1 : index);
  }

  redraw() {
    this.fillAll();
    this.draw();
    this.keeper.changed();
  }

  fillAll() {
    for (const cue of this.cues) {
      const item = this.rows.get(cue.id);
      if (item) fillRow(item, cue, this.words);
    }
  }

  split(_event, index = this.index) {
    const area = this.rows.get(this.cues[index]?.id)?.querySelector("textarea");
    if (area && this.step(steps.split(this.cues, index, area.selectionStart))) this.focus(index + 1, 0);
  }

  join(_event, index = this.index) {
    const place = this.cues[index]?.text.length;
    if (this.step(steps.join(this.cues, index))) this.focus(index, place);
  }

  insert(_event, index = this.index) {
    this.step(steps.insert(this.cues, index));
    this.focus(index + 1);
  }

  begin() {
    this.step(steps.insert(this.cues, -1));
    this.focus(0);
  }

  remove(_event, index = this.index) {
    if (!this.cues[index]) return;
    this.step(steps.remove(this.cues, index));
    this.focus(Math.min(index, this.cues.length - 1));
  }

  check(index) {
    const cue = this.cues[index];
    const words = cue.words?.map(([start, end, text]) => [start, end, text, 1]);
    this.put(index, { ...cue, flags: [], ...(words ? { words } : {}) });
    this.focus(index);
  }

  startHere() {
    this.retimeHere("start");
  }

  endHere() {
    this.retimeHere("end");
  }

  retimeHere(part) {
    const cue = { ...this.cues[this.index], [part]: Math.round(this.video.currentTime * 1000) / 1000 };
    if (cue.end > cue.start) this.put(this.index, cue);
  }

  focus(index, place) {
    const area = this.rows.get(this.cues[index]?.id)?.querySelector("textarea");
    if (!area) return;
    area.focus();
    if (place !== undefined) area.setSelectionRange(place, place);
  }

  before() {
    this.visit(this.index - 1);
  }

  after() {
    this.visit(this.index + 1);
  }

  visit(index) {
    if (!this.cues[index]) return;
    this.focus(index);
    this.jump(this.cues[index].start);
  }

  nextDoubt() {
    const order = [...this.cues.keys()].map((n) => (n + this.index + 1) % this.cues.length);
    const next = order.find((n) => this.cues[n].flags?.length);
    if (next !== undefined) this.visit(next);
  }

  // --- finding -----------------------------------------------------------------------------

  openSearch() {
    this.searchTarget.select();
    this.searchTarget.focus();
  }

  find() {
    this.hit = -1;
    this.refresh();
    const count = this.marks.hits.length;
    const some = count ? fill(this.words.matches, count, 0) : this.words.nothing;
    this.foundTarget.textContent = this.searchTarget.value ? some : "";
  }

  findNext() {
    const { hits } = this.marks;
    if (!hits.length) return;
    this.hit = ((this.hit ?? -1) + 1) % hits.length;
    this.foundTarget.textContent = fill(this.words.matches, hits.length, this.hit + 1);
    const { index, at } = hits[this.hit];
    this.rows.get(this.cues[index].id).scrollIntoView({ block: "center" });
    this.jump(wordAt(this.cues[index], at)?.start ?? this.cues[index].start);
  }

  // --- the video ---------------------------------------------------------------------------

  jump(at) {
    this.video.currentTime = at;
  }

  playFrom(at) {
    this.jump(at);
    this.video.play();
  }

  back() {
    this.video.currentTime -= BACK;
  }

  toggle() {
    if (this.video.paused) this.video.play();
    else this.video.pause();
  }

  follow({ detail: { at, paused } }) {
    const index = steps.indexAt(this.cues, at);
    if (index !== this.current) {
      this.listTarget.querySelector("[aria-current]")?.removeAttribute("aria-current");
      const item = this.rows.get(this.cues[index]?.id);
      item?.setAttribute("aria-current", "true");
      this.current = index;
      const isBusy = this.listTarget.contains(document.activeElement) && paused;
      if (item && !isBusy && Date.now() - (this.scrolledAt ?? 0) > 3000) item.scrollIntoView({ block: "nearest" });
    }
    this.marks.speak(this.rows.get(this.cues[index]?.id), this.cues[index], at);
  }

  // --- saving ------------------------------------------------------------------------------

  // A time that is being written counts, too; a wrong one is told first.
  async save() {
    const field = document.activeElement;
    const isFine = !field?.matches(".cue__time") || this.retime({ target: field });
    if (isFine) await this.keeper.save();
  }

  saveOver() {
    this.keeper.base = this.theirs;
    return this.save();
  }

  // Nothing was typed since: show what the server made of it, with the words' times.
  taken({ cues }) {
    this.conflictTarget.hidden = true;
    if (this.keeper.isChanged || cues.length !== this.cues.length) return;
    this.past.amend(this.cues.map((cue, n) => steps.made(cue, cues[n])));
    this.fillAll();
    this.refresh();
  }

  // Where the seconds themselves have moved, nothing is saved over: the kept draft has moved, too.
  showConflict({ message, current, look, reload }) {
    this.theirs = current;
    this.lookTarget.href = look;
    this.reloadTarget.hidden = !reload;
    for (const way of this.overTargets) way.hidden = Boolean(reload);
    this.conflictWordsTarget.textContent = message;
    this.conflictTarget.hidden = false;
  }
}
