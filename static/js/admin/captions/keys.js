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

export function verbOf(event) {
  if (event.isComposing || event.altKey || event.shiftKey) return "";
  if (event.ctrlKey || event.metaKey) {
    return WITH_CONTROL[event.code] ?? { "[": "startHere", "]": "endHere" }[event.key] ?? "";
  }
  return event.key === "Escape" ? "toggle" : "";
}
