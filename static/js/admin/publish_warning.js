// Asks before a page is published whose media is not ready; never stands in the way for good.
const { Controller } = window.StimulusModule;

export class PublishWarning extends Controller {
  connect() {
    this.onClick = (event) => this.check(event);
    document.addEventListener("click", this.onClick, true);
  }

  disconnect() {
    document.removeEventListener("click", this.onClick, true);
  }

  check(event) {
    const button = event.target.closest?.("button[name='action-publish']");
    if (!button || button.dataset.confirmed) return;
    const pending = this.pending();
    if (!pending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.ask(button, pending);
  }

  pending() {
    const states = [...document.querySelectorAll("#w-editor-form .asset-state, [data-edit-form] .asset-state")];
    if (states.some((state) => state.dataset.status === "failed")) return "failed";
    if (states.some((state) => state.dataset.playable !== "true" && state.dataset.busy === "true")) return "busy";
    return "";
  }

  ask(button, reason) {
    const dialog = document.getElementById("publish-warning").content.firstElementChild.cloneNode(true);
    dialog.querySelector(`[data-reason="${reason}"]`).hidden = false;
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      const goOn = dialog.returnValue === "publish";
      dialog.remove();
      if (!goOn) return button.focus();
      button.dataset.confirmed = "true";
      button.click();
      delete button.dataset.confirmed;
    });
    dialog.showModal();
  }
}
