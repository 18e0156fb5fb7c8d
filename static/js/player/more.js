// The player's second menu: share, note, repeat, listen, captions' look, what happens at the end.
import { clock } from "lectern/clock";

const TALLEST = 500; // px
const SWITCHES = ["advances", "letters"]; // kept as preferences of that name

export class More {
  constructor(player, extras, { signal }) {
    Object.assign(this, { player, extras, signal });
    this.root = player.part("more");
    this.#place(this.root, player.part("more-button"));
    this.#place(player.part("chapter-list"), player.part("chapter-button"));
    this.#click("share", () => extras.share());
    this.#click("note", () => extras.note());
    this.#click("loop", () => extras.loop.next(), { stays: true });
    this.#click("show-keys", () => player.showKeys());
    this.#check("listen", (isOn) => isOn !== extras.sound.isOn && extras.sound.toggle());
    for (const name of SWITCHES) this.#check(name, (isOn) => player.preferences.set(name, isOn));
    this.root.addEventListener("change", ({ target }) => this.#choose(target), { signal });
    this.root.addEventListener("toggle", ({ newState }) => newState === "open" && this.#fill(), { signal });
    player.addEventListener("player:loop", () => this.#fill(), { signal });
    player.addEventListener("player:listening", () => this.#fill(), { signal });
    this.#fill(); // it may be open already
    this.#part("note").hidden = !document.querySelector("[data-controller~=notes]");
  }

  #part(name) {
    return this.root.querySelector(`[data-more="${name}"]`);
  }

  #click(name, run, { stays = false } = {}) {
    this.#part(name).addEventListener(
      "click",
      () => {
        if (!stays) this.root.hidePopover();
        run();
      },
      { signal: this.signal },
    );
  }

  #check(name, run) {
    this.#part(name)?.addEventListener("change", ({ target }) => run(target.checked), { signal: this.signal });
  }

  #choose({ name, value, type }) {
    if (type === "radio") this.extras.captions.choose(name.split("-")[0], value);
  }

  // The menu says what its buttons will do at this second.
  #fill() {
    const { player, extras } = this;
    const { words, preferences } = player;
    const at = clock(Math.floor(player.video.currentTime));
    for (const item of this.root.querySelectorAll("[data-more=at]")) item.textContent = at;
    const said = { none: words.loopHere, open: words.loopThere, whole: words.loopStop };
    this.#part("loop").querySelector("span").textContent = said[extras.loop.state];
    this.#part("listen").checked = extras.sound.isOn;
    for (const name of SWITCHES) if (this.#part(name)) this.#part(name).checked = preferences.get(name);
    for (const name of ["captionSize", "captionLook"]) {
      const chosen = this.root.querySelector(`[name^="${name}-"][value="${preferences.get(name)}"]`);
      if (chosen) chosen.checked = true;
    }
  }

  // Above its button, inside the picture where there is room; a sheet from below on a phone.
  #place(popover, button) {
    popover.addEventListener(
      "beforetoggle",
      ({ newState }) => {
        if (newState !== "open") return;
        const { right, top } = button.getBoundingClientRect();
        popover.style.setProperty("--end", `${Math.max(innerWidth - right - 8, 8)}px`);
        const above = innerHeight - top + 8; // over the button where it fits there, else over the page
        popover.style.setProperty("--below", `${Math.max(Math.min(above, innerHeight - TALLEST), 8)}px`);
      },
      { signal: this.signal },
    );
  }
}
