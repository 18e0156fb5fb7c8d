// Cuts a video: handles for its ends, ranges to leave out, and a preview that skips them.
import { drawPictures, drawWave, peaksOf, picturesOf } from "../timeline/backdrop.js";
import { drag, place, secondAt } from "../timeline/line.js";
import { GatedVideo } from "../gated_video.js";
import { read, written } from "./clock.js";
import { isEmpty, problemOf, spansOf } from "./rows.js";

const { Controller } = window.StimulusModule;
const typing = (element) => element.matches("input:not([type=radio]), textarea, select");

export class CutTimeline extends Controller {
  static targets = [
    ...["video", "refusal", "line", "pictures", "wave", "outs", "begin", "end", "head", "now"],
    ...["preview", "form", "beginField", "endField", "rows", "row", "left", "problem"],
  ];
  static values = { url: String, whole: Number, rate: Number };

  connect() {
    this.kept = JSON.parse(document.getElementById("cut-kept").textContent);
    this.words = JSON.parse(document.getElementById("cut-words").textContent);
    for (const row of [...this.rowsTarget.rows]) if (isEmpty(this.texts(row))) row.remove();
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.videoTarget.addEventListener("timeupdate", () => this.moved());
    this.videoTarget.addEventListener("seeked", () => this.moved());
    this.gated = new GatedVideo({ video: this.videoTarget, refusal: this.refusalTarget, url: this.urlValue });
    this.load();
    this.draw();
  }

  disconnect() {
    document.removeEventListener("keydown", this.onKey);
    this.gated.close();
  }

  async load() {
    const answer = await this.gated.open();
    if (!answer) return;
    picturesOf(answer.storyboard).then((found) => drawPictures(this.picturesTarget, found));
    peaksOf(answer.waveform).then((found) => drawWave(this.waveTarget, found));
  }

  // --- seconds of the original, whatever plays here

  get second() {
    let left = this.videoTarget.currentTime;
    for (const [start, end] of this.kept) {
      if (left < end - start) return start + left;
      left -= end - start;
    }
    return this.kept.length ? this.kept.at(-1)[1] : left;
  }

  set second(value) {
    const wanted = Math.min(Math.max(value, 0), this.wholeValue);
    let played = 0;
    for (const [start, end] of this.kept) {
      if (wanted < end) return void (this.videoTarget.currentTime = played + Math.max(wanted - start, 0));
      played += end - start;
    }
    this.videoTarget.currentTime = this.kept.length ? played : wanted;
  }

  // --- the ranges, read from the form: it alone is the truth

  fields(row) {
    return [...row.querySelectorAll("input")];
  }

  texts(row) {
    return this.fields(row).map((one) => one.value);
  }

  get ends() {
    const [begin, end] = [read(this.beginFieldTarget.value), read(this.endFieldTarget.value)];
    return [begin || 0, Number.isFinite(end) && end !== null ? end : this.wholeValue];
  }

  get removed() {
    const [begin, end] = this.ends;
    const spans = spansOf([...this.rowsTarget.rows].map((row) => this.texts(row)));
    return [[0, begin], ...spans, [end, this.wholeValue]]
      .filter(([from, to]) => to > from)
      .sort((one, other) => one[0] - other[0]);
  }

  typed({ target }) {
    if (target === this.beginFieldTarget || target === this.endFieldTarget) {
      target.setAttribute("aria-invalid", Number.isNaN(read(target.value)));
    }
    this.draw();
  }

  // A row that is not whole cuts nothing, and lets nothing be applied.
  judge() {
    const found = [...this.rowsTarget.rows].map((row, number) => {
      const problem = problemOf(this.texts(row));
      const sentence = problem ? this.words[problem.word].replace("%s", number + 1) : "";
      this.fields(row).forEach((field, place) => {
        field.setCustomValidity(place === problem?.field ? sentence : "");
        field.setAttribute("aria-invalid", String(place === problem?.field));
      });
      return sentence;
    });
    const sentence = found.find(Boolean) ?? "";
    if (this.problemTarget.textContent !== sentence) this.problemTarget.textContent = sentence;
  }

  remove(event) {
    const row = event.currentTarget.closest("tr");
    const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("button");
    row.remove();
    (next ?? this.beginFieldTarget).focus();
    this.draw();
  }

  markIn() {
    this.opened = this.add(this.second, null);
    this.draw();
  }

  markOut() {
    const row = this.opened?.isConnected ? this.opened : this.add(null, null);
    const [from, to] = this.fields(row);
    if (!from.value) from.value = written(this.ends[0]);
    to.value = written(this.second);
    this.opened = null;
    this.draw();
  }

  add(from, to) {
    const row = this.rowTarget.content.firstElementChild.cloneNode(true);
    this.fields(row).forEach((one, number) => (one.value = [from, to][number] === null ? "" : written([from, to][number])));
    this.rowsTarget.append(row);
    return row;
  }

  // --- the line

  draw() {
    const at = (second) => place(second, this.wholeValue);
    this.outsTarget.replaceChildren(
      ...this.removed.map(([from, to]) => {
        const out = document.createElement("span");
        Object.assign(out.style, { insetInlineStart: at(from), inlineSize: at(to - from) });
        return out;
      }),
    );
    [this.beginTarget, this.endTarget].forEach((handle, number) => {
      const second = this.ends[number];
      handle.style.insetInlineStart = at(second);
      handle.setAttribute("aria-valuenow", String(Math.round(second)));
      handle.setAttribute("aria-valuetext", written(second));
    });
    this.leftTarget.textContent = written(this.stays());
    this.judge();
  }

  stays() {
    let [gone, at] = [0, 0];
    for (const [from, to] of this.removed) {
      gone += Math.max(to - Math.max(from, at), 0);
      at = Math.max(at, to);
    }
    return this.wholeValue - gone;
  }

  moved() {
    const { second } = this;
    this.headTarget.style.insetInlineStart = place(second, this.wholeValue);
    this.nowTarget.value = written(second);
    if (!this.isPreview || this.videoTarget.paused) return;
    const out = this.removed.find(([from, to]) => second >= from && second < to);
    if (!out) return;
    if (out[1] >= this.wholeValue) this.videoTarget.pause();
    else this.second = out[1];
  }

  preview() {
    this.isPreview = !this.isPreview;
    this.previewTarget.setAttribute("aria-pressed", String(this.isPreview));
    if (!this.isPreview) return this.videoTarget.pause();
    this.second = this.ends[0];
    this.videoTarget.play();
  }

  // --- pointer and keys

  grab(event) {
    const name = event.target.dataset.edge;
    const second = this.second;
    const former = [this.beginFieldTarget, this.endFieldTarget].map((field) => [field, field.value]);
    const move = ({ clientX }) => {
      const wanted = secondAt(this.lineTarget, clientX, this.wholeValue);
      if (name) this.edge(name, wanted);
      this.second = wanted;
    };
    const undo = () => {
      for (const [field, value] of former) field.value = value;
      this.second = second;
      this.draw();
    };
    drag(this.lineTarget, event, { move, undo });
    move(event);
  }

  edge(name, second) {
    const [begin, end] = this.ends;
    const room = 1 / this.rateValue;
    const wanted = name === "begin" ? Math.min(second, end - room) : Math.max(second, begin + room);
    const field = name === "begin" ? this.beginFieldTarget : this.endFieldTarget;
    field.value = written(Math.min(Math.max(wanted, 0), this.wholeValue));
    this.draw();
  }

  step(event) {
    const sign = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    return sign ? sign * (event.shiftKey ? 1 : Math.max(1 / this.rateValue, 0.01)) : 0;
  }

  nudge(event) {
    const by = this.step(event);
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const { edge } = event.currentTarget.dataset;
    this.edge(edge, this.ends[edge === "begin" ? 0 : 1] + by);
    this.second = this.ends[edge === "begin" ? 0 : 1];
  }

  key(event) {
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = event.target === this.videoTarget ? 0 : this.step(event);
    if (by) this.second += by;
    else if (event.key === "i") this.markIn();
    else if (event.key === "o") this.markOut();
    else if (event.key === " " && event.target === document.body) this.toggle();
    else return;
    event.preventDefault();
  }

  toggle() {
    if (this.videoTarget.paused) this.videoTarget.play();
    else this.videoTarget.pause();
  }
}
