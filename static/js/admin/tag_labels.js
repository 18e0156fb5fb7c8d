// Wagtail's tag field has an input without a name of its own; it takes its field's label.
export function nameTagInputs() {
  for (const input of document.querySelectorAll(".tagit-new input:not([aria-label])")) {
    const label = input.closest("[data-field], .w-panel")?.querySelector("label, .w-panel__heading");
    input.setAttribute("aria-label", label?.textContent.replace("*", "").trim() || "Tags");
  }
}
