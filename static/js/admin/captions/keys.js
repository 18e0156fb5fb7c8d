// Which keys do what, while a caption has the focus or anywhere in the editor.
const WITH_CONTROL = {
  Enter: "split",
  KeyJ: "join",
  KeyI: "insert",
  KeyD: "remove",
  KeyS: "save",
  KeyG: "nextDoubt",
  KeyF: "openSearch",
  ArrowUp: "before",
  ArrowDown: "after",
  ArrowLeft: "back",
  BracketLeft: "startHere",
  BracketRight: "endHere",
};

// By the letter where it is one of these; where others are written, by its place on the keyboard.
const nameOf = ({ key, code }) => (/^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : code);

export function verbOf(event) {
  if (event.isComposing || event.altKey || event.shiftKey) return "";
  if (event.ctrlKey || event.metaKey) {
    return WITH_CONTROL[nameOf(event)] ?? { "[": "startHere", "]": "endHere" }[event.key] ?? "";
  }
  return event.key === "Escape" ? "toggle" : "";
}
