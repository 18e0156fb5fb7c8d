// One tree of modules and lessons: dragged, or moved with the keyboard; every move is saved.
import Sortable from "../../vendor/sortablejs/modular/sortable.esm.js";

const { Controller } = window.StimulusModule;

export class OutlineController extends Controller {
  static targets = ["tree", "said", "error"];
  static values = { program: Number, move: String, rename: String, add: String, tree: String };

  connect() {
    this.words = JSON.parse(document.getElementById("outline-words").textContent);
    this.heard = {
      keydown: (event) => this.key(event),
      click: (event) => this.click(event),
      submit: (event) => this.submit(event),
      focusout: (event) => this.blur(event),
    };
    for (const [name, heard] of Object.entries(this.heard)) this.element.addEventListener(name, heard);
    this.dress();
  }

  disconnect() {
    for (const [name, heard] of Object.entries(this.heard)) {
      this.element.removeEventListener(name, heard);
    }
    this.undress();
  }

  undress() {
    this.sortables?.forEach((one) => one.destroy());
    this.sortables = [];
  }

  dress() {
    this.undress();
    this.sortables = this.lists().map((list) =>
      Sortable.create(list, {
        group: list.dataset.level,
        handle: "[data-grip]",
        draggable: "[data-page]",
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
        ghostClass: "outline__ghost",
        onEnd: ({ item, from, oldDraggableIndex, newDraggableIndex }) => {
          if (from === item.parentElement && oldDraggableIndex === newDraggableIndex) return;
          this.save(item);
        },
      }),
    );
  }

  lists(level = "") {
    const chosen = level ? `[data-level="${level}"]` : "[data-list]";
    return [...this.treeTarget.querySelectorAll(chosen)];
  }

  // --- the keyboard ---------------------------------------------------------------------

  key(event) {
    if (event.target.matches("[data-field]")) return this.typing(event);
    const grip = event.target.closest("[data-grip]");
    if (!grip) return;
    const act = this.taken ? this.carried(event.key) : this.rested(event.key, grip);
    if (!act) return;
    event.preventDefault();
    act();
  }

  rested(key, grip) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step) return () => this.walk(grip, step);
    if (key === " " || key === "Enter") return () => this.take(grip);
    return null;
  }

  carried(key) {
    const acts = {
      " ": () => this.drop(),
      Enter: () => this.drop(),
      Escape: () => this.putBack(),
      ArrowUp: () => this.shift(-1),
      ArrowDown: () => this.shift(1),
      ArrowLeft: () => this.across(-1),
      ArrowRight: () => this.across(1),
      Tab: () => this.drop(),
    };
    return acts[key] ?? null;
  }

  walk(grip, step) {
    const grips = [...this.treeTarget.querySelectorAll("[data-grip]")];
    grips[grips.indexOf(grip) + step]?.focus();
  }

  take(grip) {
    const item = grip.closest("[data-page]");
    this.taken = { item, grip, parent: item.parentElement, next: item.nextElementSibling };
    item.classList.add("outline__taken");
    grip.setAttribute("aria-pressed", "true");
    this.say(this.words.taken, item);
  }

  shift(step) {
    const { item } = this.taken;
    const beside = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!beside) return this.across(step);
    if (step < 0) beside.before(item);
    else beside.after(item);
    this.settled();
  }

  // A lesson at the edge of its module goes on into the neighbouring one.
  across(step) {
    const { item } = this.taken;
    if (item.dataset.kind !== "lesson") return this.say(this.words.edge, item);
    const lists = this.lists("lesson");
    const target = lists[lists.indexOf(item.parentElement) + step];
    if (!target) return this.say(this.words.edge, item);
    if (step < 0) target.append(item);
    else target.prepend(item);
    this.settled();
  }

  settled() {
    const { item, grip } = this.taken;
    grip.focus();
    item.scrollIntoView({ block: "nearest" });
    this.say(this.words.moved, item);
  }

  putBack() {
    const { item, grip, parent, next } = this.taken;
    parent.insertBefore(item, next);
    this.release();
    grip.focus();
    this.say(this.words.back, item);
  }

  drop() {
    const { item, parent, next } = this.taken;
    const isElsewhere = item.parentElement !== parent || item.nextElementSibling !== next;
    this.release();
    if (isElsewhere) return this.save(item);
    return this.say(this.words.dropped, item);
  }

  release() {
    this.taken.item.classList.remove("outline__taken");
    this.taken.grip.setAttribute("aria-pressed", "false");
    this.taken = null;
  }

  blur(event) {
    const stillHere = this.taken?.grip === event.target && document.hasFocus();
    if (stillHere && event.relatedTarget && !this.taken.item.contains(event.relatedTarget)) {
      this.putBack();
    }
  }

  say(words, item) {
    const siblings = [...item.parentElement.children];
    const module = item.parentElement.closest("[data-kind=module]");
    this.saidTarget.textContent = words
      .replace("%(title)s", this.title(item))
      .replace("%(place)s", siblings.indexOf(item) + 1)
      .replace("%(count)s", siblings.length)
      .replace("%(module)s", module ? this.title(module) : this.words.program);
  }

  title(item) {
    return item.querySelector(".outline-row__title").textContent.trim();
  }

  // --- saving ---------------------------------------------------------------------------

  save(item) {
    const after = item.previousElementSibling?.dataset.page ?? "";
    const body = { page: item.dataset.page, parent: item.parentElement.dataset.list, after };
    return this.send(this.moveValue, body, () => this.say(this.words.saved, this.find(body.page)));
  }

  find(page) {
    return this.treeTarget.querySelector(`[data-page="${page}"]`);
  }

  async send(url, body, then) {
    const token = this.element.querySelector("[name=csrfmiddlewaretoken]").value;
    this.element.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(url, {
        method: "POST",
        credentials: "same-origin",
        headers: { "X-CSRFToken": token, "X-Requested-With": "XMLHttpRequest" },
        body: new URLSearchParams(body),
      });
      const answer = await response.json();
      this.show(answer, document.activeElement);
      if (response.ok) then(answer);
    } catch {
      this.complain(this.words.offline);
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }

  show({ html, error, focus }, active) {
    const part = active?.matches("[name=title]") ? "add" : "grip";
    const where = active?.closest("[data-add]")?.dataset.add;
    this.treeTarget.innerHTML = html;
    this.dress();
    this.complain(error);
    if (part === "add" && where) this.element.querySelector(`[data-add="${where}"] input`)?.focus();
    else if (focus) this.find(focus)?.querySelector("[data-grip]")?.focus();
  }

  complain(words) {
    this.errorTarget.hidden = !words;
    this.errorTarget.textContent = words ?? "";
  }

  // --- rename and add -------------------------------------------------------------------

  click(event) {
    const button = event.target.closest("[data-rename]");
    if (button) this.rename(button);
  }

  rename(button) {
    const field = document.createElement("input");
    Object.assign(field, { value: button.textContent.trim(), maxLength: 255 });
    field.className = "outline-row__field";
    field.dataset.field = "";
    field.setAttribute("aria-label", this.words.rename.replace("%(title)s", field.value));
    field.addEventListener("blur", () => this.renamed(field, button));
    button.hidden = true;
    button.before(field);
    field.select();
  }

  typing(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      event.target.blur();
    }
    if (event.key === "Escape") {
      event.target.value = event.target.defaultValue = "";
      event.target.blur();
    }
  }

  renamed(field, button) {
    const title = field.value.trim();
    const item = field.closest("[data-page]");
    const isSame = !title || title === button.textContent.trim();
    field.remove();
    button.hidden = false;
    button.focus();
    if (isSame) return;
    button.textContent = title;
    this.send(this.renameValue, { page: item.dataset.page, title }, () => {
      this.saidTarget.textContent = this.words.renamed.replace("%(title)s", title);
      this.find(item.dataset.page)?.querySelector("[data-rename]")?.focus();
    });
  }

  submit(event) {
    const form = event.target.closest("[data-add]");
    if (!form) return;
    event.preventDefault();
    const field = form.elements.title;
    const title = field.value.trim();
    if (!title) return;
    this.send(this.addValue, { parent: form.dataset.add, title }, () => {
      this.saidTarget.textContent = this.words.added.replace("%(title)s", title);
    });
  }
}
