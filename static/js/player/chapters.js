// Chapters: the title of the one that plays, and a list to jump by. The bar draws its own.
import { clock } from "lectern/clock";

export class Chapters {
  constructor(player, { signal }) {
    Object.assign(this, { player, signal });
    this.element = player.video.querySelector("track[kind=chapters]");
    if (!this.element) return;
    const { track } = this.element;
    track.mode = "hidden";
    track.addEventListener("cuechange", () => this.#show(), { signal });
    const loaded = ({ target }) => target === this.element && this.#read();
    player.video.addEventListener("load", loaded, { signal, capture: true }); // before the bar does
    this.element.addEventListener("load", () => this.#list(), { signal });
    if (this.element.readyState !== HTMLTrackElement.LOADED) return;
    this.#read();
    this.#list();
  }

  // A cue holds what its file does, "Salt &amp; pepper"; from here on it holds what is read.
  #read() {
    for (const cue of this.cues) cue.text = cue.getCueAsHTML().textContent;
  }

  get cues() {
    return [...(this.element?.track.cues ?? [])];
  }

  // By a key: the start of this chapter, of the one before, of the next.
  step(by) {
    const { video } = this.player;
    const here = this.cues.findLastIndex(({ startTime }) => startTime <= video.currentTime + 0.2);
    const isJustBegun = video.currentTime - (this.cues[here]?.startTime ?? 0) < 3;
    const cue = this.cues[by > 0 ? here + 1 : here - (isJustBegun ? 1 : 0)];
    if (!cue) return;
    this.player.seek(cue.startTime);
    this.player.osd(cue.text);
  }

  #show() {
    const [active] = this.element.track.activeCues ?? [];
    const index = this.cues.indexOf(active);
    this.player.part("chapter-title").textContent = active?.text ?? "";
    this.player.part("chapters").querySelectorAll("button").forEach((button, number) => {
      button.toggleAttribute("aria-current", number === index);
      if (number === index) button.setAttribute("aria-current", "true");
    });
  }

  #list() {
    const row = this.player.part("chapter-row").content;
    this.player.part("chapters").replaceChildren(
      ...this.cues.map((cue) => {
        const item = row.cloneNode(true).firstElementChild;
        item.querySelector("[data-part=at]").textContent = clock(cue.startTime);
        item.querySelector("[data-part=title]").textContent = cue.text;
        item.querySelector("button").addEventListener("click", () => {
          this.player.part("chapter-list").hidePopover();
          this.player.seek(cue.startTime);
          this.player.play();
        });
        return item;
      }),
    );
    this.player.part("chapter-button").hidden = this.cues.length < 2;
    this.#show();
  }

  renewed(isOther = false) {
    const isDue = isOther || this.element?.readyState === HTMLTrackElement.ERROR;
    if (this.element && isDue) this.element.src = this.player.grant.fresh(this.element.src);
  }
}
