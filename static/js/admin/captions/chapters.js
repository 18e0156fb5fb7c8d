// The chapter editor: a list, a line of time, and proposals that a person takes or leaves.
import { fill, read, written } from "./clock.js";
import { ask, post, wordsOf } from "./send.js";

const { Controller } = window.StimulusModule;

export class ChapterEditor extends Controller {
  static targets = ["line", "now", "list", "empty", "state", "save"];

  connect() {
    this.config = JSON.parse(document.getElementById("chapter-config").textContent);
    this.words = this.config.words;
    this.base = this.config.chapters;
    this.chapters = this.base.map(([at, title]) => ({ at, title }));
    this.proposals = [];
    this.draw();
    this.onLeave = (event) => this.isChanged && event.preventDefault();
    window.addEventListener("beforeunload", this.onLeave);
    this.video.addEventListener("loadedmetadata", () => this.drawLine());
  }

  disconnect() {
    window.removeEventListener("beforeunload", this.onLeave);
  }

  get video() {
    return this.element.querySelector("video");
  }

  get duration() {
    return this.video.duration || this.config.duration || 1;
  }

  draw(focused) {
    this.chapters.sort((one, other) => one.at - other.at);
    const rows = this.chapters.map((one) => this.row(one));
    const offers = this.proposals.map((one) => this.offer(one));
    this.listTarget.replaceChildren(...rows, ...offers);
    this.emptyTarget.hidden = rows.length + offers.length > 0;
    this.drawLine();
    if (focused) rows[this.chapters.indexOf(focused)]?.querySelector("[data-part=title]").focus();
  }

  row(chapter) {
    const at = written(chapter.at);
    const item = document.createElement("li");
    item.className = "chapter-row";
    const [jump, time, title, remove] = [
      this.button("▶", `${this.words.play}: ${at}`, () => this.jump(chapter.at)),
      this.field("at", at, this.words.at, (input) => this.retime(chapter, input)),
      this.field("title", chapter.title, fill(this.words.title, at), (input) => {
        chapter.title = input.value.trim();
        this.changed();
      }),
      this.button("×", `${this.words.remove}: ${chapter.title}`, () => {
        this.chapters = this.chapters.filter((one) => one !== chapter);
        this.changed();
        this.draw();
      }),
    ];
    title.maxLength = 200;
    title.required = true;
    item.append(jump, time, title, remove);
    return item;
  }

  offer(proposal) {
    const item = document.createElement("li");
    item.className = "chapter-row chapter-row--offer";
    const title = document.createElement("span");
    title.textContent = proposal.title;
    const time = document.createElement("span");
    time.textContent = written(proposal.at);
    const take = this.button(this.words.accept, `${this.words.accept}: ${proposal.title}`, () => {
      this.proposals = this.proposals.filter((one) => one !== proposal);
      this.chapters.push(proposal);
      this.changed();
      this.draw(proposal);
    });
    const jump = this.button("▶", `${this.words.play}: ${time.textContent}`, () => this.jump(proposal.at));
    item.append(jump, time, title, take);
    return item;
  }

  button(text, label, act) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button button-small button-secondary", ariaLabel: label });
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  field(part, value, label, act) {
    const input = document.createElement("input");
    Object.assign(input, { value, ariaLabel: label, className: `chapter-row__${part}`, autocomplete: "off" });
    input.dataset.part = part;
    input.addEventListener("change", () => act(input));
    return input;
  }

  retime(chapter, input) {
    const seconds = read(input.value);
    input.setCustomValidity(seconds === null ? this.words.badTime : "");
    if (seconds === null) {
      input.reportValidity();
      return;
    }
    chapter.at = seconds;
    this.changed();
    this.draw(chapter);
  }

  drawLine() {
    const marks = [...this.chapters, ...this.proposals].map(({ at }) => {
      const mark = document.createElement("span");
      mark.className = "chapter-line__mark";
      mark.style.insetInlineStart = `${(100 * at) / this.duration}%`;
      return mark;
    });
    this.lineTarget.replaceChildren(this.nowTarget, ...marks);
  }

  seek(event) {
    const box = this.lineTarget.getBoundingClientRect();
    this.jump(((event.clientX - box.left) / box.width) * this.duration);
  }

  jump(at) {
    this.video.currentTime = at;
  }

  follow({ detail: { at } }) {
    this.nowTarget.style.insetInlineStart = `${(100 * at) / this.duration}%`;
    const index = this.chapters.findLastIndex((one) => one.at <= at + 0.01);
    [...this.listTarget.children].forEach((item, n) => item.toggleAttribute("data-current", n === index));
  }

  add() {
    const at = Math.round(this.video.currentTime * 1000) / 1000;
    const chapter = this.chapters.find((one) => one.at === at) ?? { at, title: this.words.untitled };
    if (!this.chapters.includes(chapter)) {
      this.chapters.push(chapter);
      this.changed();
    }
    this.draw(chapter);
    document.activeElement.select?.();
  }

  async propose() {
    const answer = await ask(this.config.propose);
    if (!answer.ok) {
      this.stateTarget.textContent = wordsOf(answer, this.words);
      return;
    }
    const { chapters } = answer;
    const taken = new Set(this.chapters.map((one) => one.at));
    this.proposals = chapters.map(([at, title]) => ({ at, title })).filter(({ at }) => !taken.has(at));
    this.stateTarget.textContent = this.proposals.length ? "" : this.words.noProposals;
    this.draw();
  }

  changed() {
    this.isChanged = true;
    this.stateTarget.textContent = this.words.unsaved;
  }

  async save() {
    this.saveTarget.disabled = true;
    const chapters = this.chapters.map(({ at, title }) => [at, title]);
    const answer = await post(this.config.save, { chapters, base: this.base });
    this.saveTarget.disabled = false;
    if (answer.ok) {
      this.isChanged = false;
      this.base = answer.chapters;
      this.stateTarget.textContent = fill(this.words.chaptersSaved, answer.kept);
    } else this.stateTarget.textContent = wordsOf(answer, this.words);
  }
}
