// “/” goes to the search field of the page, unless somebody is typing.
import { Controller } from "@hotwired/stimulus";
import { areOff } from "lectern/letters";

const TYPING = "input, textarea, select, [contenteditable], dialog[open]";

export default class extends Controller {
  static targets = ["field"];

  connect() {
    this.press = (event) => {
      if (event.key !== "/" || event.target.closest?.(TYPING) || areOff()) return;
      event.preventDefault();
      this.fieldTarget.focus();
    };
    document.addEventListener("keydown", this.press);
  }

  disconnect() {
    document.removeEventListener("keydown", this.press);
  }
}
