// Gives a name to what Wagtail leaves without one: tag fields, rich text, the chooser's window.
const LABEL = "label, .w-field__label, .w-panel__heading, .c-sf-block__title";

// The nearest label above: fields differ in how deep they put it.
function labelOf(element) {
  for (let above = element.parentElement; above; above = above.parentElement) {
    const words = above.querySelector(LABEL)?.textContent.replace("*", "").trim();
    if (words) return words;
  }
  return "";
}

const NAMED = {
  ".tagit-new input": (element) => labelOf(element),
  ".public-DraftEditor-content": (element) => labelOf(element),
  ".modal[role=dialog]": (element) => element.querySelector("h1")?.textContent.trim(),
};

function name() {
  for (const [selector, nameOf] of Object.entries(NAMED)) {
    for (const element of document.querySelectorAll(`${selector}:not([aria-label])`)) {
      const words = nameOf(element);
      if (words) element.setAttribute("aria-label", words);
    }
  }
}

export function keepNaming() {
  let due = 0;
  const later = () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(name);
  };
  new MutationObserver(later).observe(document.body, { childList: true, subtree: true });
  later();
}
