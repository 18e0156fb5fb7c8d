// Captions: the language a member chose, how large, in which colours.

const SETTLING = 100; // ms
const KINDS = ["captions", "subtitles"];

export class Captions {
  constructor(player, { signal }) {
    this.player = player;
    this.preferences = player.preferences;
    this.#dress();
    if (!this.tracks.length) return;
    const { video } = player;
    this.#restore();
    const settled = () => this.#settle(signal);
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) settled();
    else video.addEventListener("loadeddata", settled, { once: true, signal });
  }

  // Browsers choose tracks of their own while a film loads: what a member chose comes last.
  #settle(signal) {
    this.#restore();
    const { textTracks } = this.player.video;
    setTimeout(() => textTracks.addEventListener("change", () => this.#remember(), { signal }), SETTLING);
  }

  get elements() {
    return [...this.player.video.querySelectorAll("track")].filter(({ kind }) => KINDS.includes(kind));
  }

  get tracks() {
    return this.elements.map(({ track }) => track);
  }

  get shown() {
    return this.tracks.find(({ mode }) => mode === "showing");
  }

  #restore() {
    const language = this.preferences.get("captions");
    for (const track of this.tracks) {
      track.mode = language && track.language === language ? "showing" : "disabled";
    }
  }

  #remember() {
    this.preferences.set("captions", this.shown?.language ?? "");
  }

  toggle() {
    const { shown, tracks } = this;
    const { words } = this.player;
    if (!tracks.length) return;
    for (const track of tracks) track.mode = "disabled";
    if (shown) this.last = shown;
    else (this.last ?? tracks[0]).mode = "showing";
    this.#remember(); // who presses while a film still loads has chosen, too
    this.player.osd(shown ? words.captionsOff : words.captionsOn);
  }

  choose(name, value) {
    this.preferences.set(name, value);
    this.#dress();
  }

  #dress() {
    this.player.dataset.captionSize = this.preferences.get("captionSize");
    this.player.dataset.captionLook = this.preferences.get("captionLook");
  }

  // What has not been read yet is read under the new token; of another film all of it.
  renewed(isOther = false) {
    for (const element of this.elements) {
      const isRead = element.readyState !== HTMLTrackElement.NONE && element.readyState !== HTMLTrackElement.ERROR;
      if (isRead && !isOther) continue;
      const { mode } = element.track;
      element.src = this.player.grant.fresh(element.src);
      element.track.mode = mode;
    }
  }
}
