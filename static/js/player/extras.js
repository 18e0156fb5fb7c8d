// What a player has beside playing; fetched once somebody means to play, after the first picture.
import { Captions } from "lectern/player/captions";
import { Chapters } from "lectern/player/chapters";
import { Loop } from "lectern/player/loop";
import { announce } from "lectern/player/media_session";
import { More } from "lectern/player/more";
import { Remote } from "lectern/player/remote";
import { share } from "lectern/player/share";
import { SoundOnly } from "lectern/player/sound_only";

export class Extras {
  constructor(player, { signal }) {
    Object.assign(this, { player, signal });
    this.loop = new Loop(player, { signal });
    this.captions = new Captions(player, { signal });
    this.chapters = new Chapters(player, { signal });
    this.sound = new SoundOnly(player, { signal });
    this.remote = new Remote(player, { signal });
    this.more = new More(player, this, { signal });
    announce(player, { signal });
    if (player.config.source.observer) this.#showOthers();
  }

  async #showOthers() {
    const { observed } = await import("lectern/player/observer");
    await observed(this.player, { signal: this.signal });
  }

  // Every address that was made under an older token gets the new one; of another film all is read again.
  renewed(isOther) {
    if (isOther && this.loop.state !== "none") this.loop.clear();
    this.captions.renewed(isOther);
    this.chapters.renewed(isOther);
    this.sound.renewed();
    this.remote.renewed(isOther);
  }

  share() {
    return share(this.player);
  }

  note() {
    const { video } = this.player;
    const detail = { seconds: Math.floor(video.currentTime) };
    if (document.fullscreenElement) document.exitFullscreen();
    document.dispatchEvent(new CustomEvent("player:note", { detail }));
  }
}
