// Tells the server the device's time zone once it is another one, and shows the page in it.
import { Controller } from "@hotwired/stimulus";
import { visit } from "lectern/storage";

export default class extends Controller {
  static values = { known: String, url: String };

  async connect() {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    if (!timeZone || timeZone === this.knownValue || this.#hasTried(timeZone)) return;
    const token = this.element.querySelector("[name=csrfmiddlewaretoken]")?.value;
    const body = new URLSearchParams({ zone: timeZone, csrfmiddlewaretoken: token ?? "" });
    const answer = await fetch(this.urlValue, { method: "POST", body }).catch(() => null);
    if (answer?.status === 204 && document.querySelector("main time")) location.reload();
  }

  // A zone the server does not know is told once a visit.
  #hasTried(zone) {
    const before = visit.get("zone");
    visit.set("zone", zone);
    return before === zone;
  }
}
