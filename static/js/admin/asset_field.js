// The form field that holds an asset: opens the chooser for the page's site, shows the state below.
const { Controller } = window.StimulusModule;

export class AssetField extends Controller {
  static values = { input: String, state: String, setup: Object };

  connect() {
    this.input = document.getElementById(this.inputValue);
    if (!this.input) return;
    if (this.hasSetupValue && !this.element.dataset.ready) {
      this.element.dataset.ready = "true";
      new window.Chooser(this.inputValue, this.setupValue);
    }
    this.live = this.place();
    this.onChange = () => this.follow();
    this.input.addEventListener("change", this.onChange);
    this.follow();
  }

  disconnect() {
    this.input?.removeEventListener("change", this.onChange);
    this.live?.remove();
  }

  place() {
    const live = document.createElement("div");
    live.className = "asset-live";
    live.dataset.controller = "asset-state";
    live.dataset.assetStateUrlValue = "";
    this.element.after(live);
    return live;
  }

  follow() {
    const id = this.input.value;
    this.live.dataset.assetStateUrlValue = id ? this.stateValue.replace("__id__", id) : "";
    this.live.hidden = !id;
  }
}
