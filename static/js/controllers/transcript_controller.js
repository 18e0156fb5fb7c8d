// What is said, beside the player: follows it, can be searched, a click or Enter jumps.
import { Controller } from "@hotwired/stimulus";
import { clock } from "lectern/clock";
import { phrases } from "lectern/phrases";
import { paragraphs } from "lectern/player/paragraphs";

const CURRENT = "transcript-now";
const FOUND = "transcript-found";

export default class extends Controller {
  static targets = ["state", "text", "row", "search", "count", "language", "follow"];

  connect() {
    this.ends = new AbortController();
    this.player = document.querySelector("lectern-player");
    this.video = this.player?.querySelector("video");
    this.cues = [];
    this.hits = [];
    const { signal } = this.ends;
    this.video?.addEventListener("timeupdate", () => this.#follow(), { signal });
    this.player?.addEventListener("player:film", () => this.#loadAnew(), { signal });
    for (const name of ["wheel", "touchmove"])
      this.textTarget.addEventListener(name, () => this.#let(), { signal, passive: true });
    // Fetched when it is first seen: who never looks pays nothing.
    const near = { rootMargin: "200% 0px" };
    const seen = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && this.load(), near);
    seen.observe(this.element);
    signal.addEventListener("abort", () => seen.disconnect());
  }

  disconnect() {
    this.ends.abort();
    CSS.highlights?.delete(FOUND);
  }

  get language() {
    return this.languageTargets[0]?.value ?? this.element.dataset.language;
  }

  async load() {
    if (this.loaded === this.language) return;
    this.loaded = this.language;
    const asked = (this.asked = {});
    this.#say("loading");
    const told = await this.#fetch().catch(() => null);
    if (asked !== this.asked) return; // another film, or language, is on its way
    if (!told) {
      this.loaded = "";
      this.#say("failed");
      return;
    }
    this.#draw(told.cues, told.language);
    this.#say("");
    this.find();
    this.#follow();
  }

  // The player's own grant opens it; a token that has run out is renewed first.
  async #fetch() {
    const { grant, config } = this.player;
    if (grant.isDue) await grant.renew();
    const base = config.source.base.replace(/\/?$/, "/");
    const answer = await fetch(grant.fresh(`${base}transcript/${this.language}.json`));
    return answer.ok ? answer.json() : null;
  }

  // A cut, or another file: its sentences are said at other seconds.
  #loadAnew() {
    if (!this.loaded) return;
    this.loaded = "";
    this.load();
  }

  #say(state) {
    this.stateTarget.hidden = !state;
    this.textTarget.hidden = Boolean(state);
    for (const word of this.stateTarget.children) word.hidden = word.dataset.state !== state;
  }

  #draw(cues, language) {
    this.textTarget.lang = language;
    this.cues = [];
    this.textTarget.replaceChildren(...paragraphs(cues).map((group) => this.#paragraph(group)));
    this.textTarget.querySelector("button")?.setAttribute("tabindex", "0");
  }

  #paragraph(group) {
    const item = this.rowTarget.content.cloneNode(true).firstElementChild;
    const button = item.querySelector("button");
    button.textContent = clock(Math.floor(group[0].start));
    button.dataset.second = String(group[0].start);
    button.tabIndex = -1;
    const text = item.querySelector("p");
    for (const cue of group) {
      const span = document.createElement("span");
      span.dataset.second = String(cue.start);
      span.textContent = cue.text.replaceAll("\n", " ");
      text.append(span, " ");
      this.cues.push({ ...cue, span });
    }
    return item;
  }

  // --- jumping ---------------------------------------------------------------------------

  jump({ target, clientX, clientY }) {
    const at = target.closest("[data-second]");
    if (!at || String(getSelection())) return;
    const cue = this.cues.find(({ span }) => span === at);
    this.#go(cue ? this.#word(cue, clientX, clientY) : Number(at.dataset.second));
  }

  // The word under the pointer, where the transcript knows each word's time.
  #word({ start, words, span }, x, y) {
    if (!words?.length) return start;
    const caret = document.caretPositionFromPoint?.(x, y);
    if (caret?.offsetNode !== span.firstChild) return start;
    const before = span.textContent.slice(0, caret.offset).trimStart().split(/\s+/).length - 1;
    return (words[Math.min(before, words.length - 1)] ?? [start])[0];
  }

  #go(seconds) {
    this.#let(true);
    this.player.seek(seconds);
    this.player.play();
  }

  // One stop for the Tab key; the arrows walk from paragraph to paragraph.
  walk(event) {
    const buttons = [...this.textTarget.querySelectorAll("button")];
    const here = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (here < 0 || to === undefined || !buttons[to]) return;
    event.preventDefault();
    this.#let();
    buttons[here].tabIndex = -1;
    buttons[to].tabIndex = 0;
    buttons[to].focus();
  }

  // --- following -------------------------------------------------------------------------

  get isFollowing() {
    return this.followTarget.getAttribute("aria-pressed") === "true";
  }

  toggle() {
    this.#let(!this.isFollowing);
    this.now = null;
    this.#follow();
  }

  // Who scrolls wants to read: the text stays until they ask it to follow again.
  #let(follows = false) {
    this.followTarget.setAttribute("aria-pressed", String(follows));
  }

  #follow() {
    const seconds = this.video?.currentTime ?? 0;
    const cue = this.cues.findLast(({ start }) => start <= seconds + 0.05);
    if (!cue || cue === this.now) return;
    this.now?.span.removeAttribute("aria-current");
    cue.span.setAttribute("aria-current", "true");
    this.now = cue;
    if (this.isFollowing && this.element.checkVisibility()) this.#scrollTo(cue.span);
  }

  #scrollTo(span) {
    const box = this.textTarget;
    const top = span.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
    box.scrollTo({ top: top - box.clientHeight / 3, behavior: "smooth" });
  }

  // --- searching -------------------------------------------------------------------------

  find() {
    const wanted = this.searchTarget.value.trim();
    const texts = wanted ? this.cues.map(({ span }) => span.textContent) : [];
    this.hits = phrases(texts, wanted).map((parts) => parts.map((part) => this.#range(part)));
    this.hit = -1;
    this.countTarget.textContent = wanted ? String(this.hits.length) : "";
    this.#paint();
  }

  next(event) {
    if (event.key !== "Enter" || !this.hits.length) return;
    event.preventDefault();
    this.hit = (this.hit + (event.shiftKey ? -1 : 1) + this.hits.length) % this.hits.length;
    this.countTarget.textContent = `${this.hit + 1} / ${this.hits.length}`;
    this.#let();
    const [{ startContainer }] = this.hits[this.hit];
    const span = startContainer.parentElement;
    this.#scrollTo(span);
    this.#paint();
    if (event.ctrlKey || event.metaKey) this.#go(Number(span.dataset.second));
  }

  #range({ text, from, to }) {
    const range = new Range();
    range.setStart(this.cues[text].span.firstChild, from);
    range.setEnd(this.cues[text].span.firstChild, to);
    return range;
  }

  #paint() {
    if (!CSS.highlights) return;
    CSS.highlights.set(FOUND, new Highlight(...this.hits.flat()));
    const current = this.hits[this.hit];
    CSS.highlights.set(CURRENT, new Highlight(...(current ?? [])));
  }
}
