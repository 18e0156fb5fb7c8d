// Listening instead of watching: the sound's own stream where there is one, and no picture.

export class SoundOnly {
  isOn = false;
  #turn = 0;

  constructor(player, { signal }) {
    this.player = player;
    signal.addEventListener("abort", () => (this.isOn = false));
  }

  async toggle() {
    this.isOn = !this.isOn;
    const turn = (this.#turn += 1);
    const { player } = this;
    player.toggleAttribute("data-listening", this.isOn);
    player.osd(this.isOn ? player.words.soundOnly : player.words.pictureToo);
    player.dispatchEvent(new CustomEvent("player:listening", { detail: this.isOn }));
    const url = this.isOn ? await this.#stream() : player.config.source.url;
    if (turn !== this.#turn) return; // switched again meanwhile
    if (url && player.stream) player.stream.change(url);
  }

  // Our own master playlist names the sound alone; a stranger's stream plays on, unseen.
  async #stream() {
    const { config, grant, hasSound } = this.player;
    if (hasSound || !config.source.sound) return null;
    const answer = await fetch(grant.fresh(config.source.url)).catch(() => null);
    const text = answer?.ok ? await answer.text() : "";
    return /^audio\/index\.m3u8$/m.test(text) ? config.source.sound : null;
  }

  renewed() {}
}
