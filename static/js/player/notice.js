// What stands over the picture when there is none: what happened, and what to do.

export class Notice {
  #root;

  constructor(root, { onAction, signal }) {
    this.#root = root;
    this.part("action").addEventListener("click", onAction, { signal });
  }

  part(name) {
    return this.#root.querySelector(`[data-part="${name}"]`);
  }

  // kind: processing | offline | network | refused | media | failed | unsupported
  show({ kind, title, text = "", action = "", progress = null }) {
    this.#root.dataset.kind = kind;
    this.part("title").textContent = title;
    this.part("text").textContent = text;
    this.part("action").textContent = action;
    this.part("action").hidden = !action;
    const bar = this.part("progress");
    bar.hidden = progress === null;
    if (progress === null) bar.removeAttribute("value");
    else bar.value = progress;
    this.#root.hidden = false;
  }

  hide() {
    this.#root.hidden = true;
  }

  get isShown() {
    return !this.#root.hidden;
  }
}
