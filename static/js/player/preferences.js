// What a member likes, kept in this browser (or for this page alone): speed, captions, going on by itself.
import { local } from "lectern/storage";

const DEFAULTS = {
  rate: 1,
  captions: "", // a language; "" is off
  captionSize: "m",
  captionLook: "plain",
  advances: true,
  letters: true, // single keys do something (WCAG 2.1.4)
};

export class Preferences {
  #key;
  #kept;

  constructor({ member }) {
    this.#key = `lectern.player.${member ?? "guest"}`;
    this.#kept = { ...DEFAULTS, ...local.get(this.#key) };
  }

  get(name) {
    return this.#kept[name];
  }

  set(name, value) {
    this.#kept[name] = value;
    local.set(this.#key, this.#kept);
  }
}

// The speed a member likes, before anything plays and whatever is put into the element later.
export function keepSpeed(media, preferences, { signal }) {
  media.defaultPlaybackRate = media.playbackRate = preferences.get("rate");
  const keep = () => {
    media.defaultPlaybackRate = media.playbackRate;
    preferences.set("rate", media.playbackRate);
  };
  media.addEventListener("ratechange", keep, { signal });
}
