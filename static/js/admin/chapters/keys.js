// Which keys do what: in a field, on a handle, on the line, anywhere in the editor.
import { keyed } from "./marks.js";

const WITH_CONTROL = { s: "save", z: "undo" };
const ALONE = { c: "add", C: "add", "+": "closer", "-": "wider", 0: "widest" };
const isTyping = (element) => element.matches?.("input, select, textarea");

export const isHandle = (element) => Boolean(element?.matches?.("[role=slider]"));

export function press(editor, event) {
  if (event.isComposing || event.altKey) return;
  if (event.ctrlKey || event.metaKey ? withControl(editor, event) : alone(editor, event)) event.preventDefault();
}

function withControl(editor, event) {
  const verb = event.shiftKey ? undefined : WITH_CONTROL[event.key.toLowerCase()];
  if (!verb || (verb === "undo" && isTyping(event.target))) return false; // a field undoes by itself
  editor[verb]();
  return true;
}

// Letters count only where the editor has the focus.
function alone(editor, event) {
  const { target, key } = event;
  if (!editor.element.contains(target)) return false;
  if (isTyping(target)) return inField(editor, event);
  if (isHandle(target) && onHandle(editor, event)) return true;
  if (target === editor.scrollerTarget && onLine(editor, event)) return true;
  if (key === " " && (isHandle(target) || target === editor.scrollerTarget)) editor.playhead.toggle();
  else if (ALONE[key]) editor[ALONE[key]]();
  else return false;
  return true;
}

// Enter is done with a field; whoever came from the line goes back there.
function inField(editor, { key, target }) {
  if (key !== "Enter" || !editor.listTarget.contains(target)) return false;
  editor.settled();
  editor.cameFrom?.focus();
  editor.cameFrom = null;
  return true;
}

function onHandle(editor, event) {
  const index = editor.band.indexOf(event.target);
  const { row, at } = editor.marks[index];
  const to = keyed(event, at, editor.limits(index));
  if (to !== null) editor.move(row, to, `key ${index}`);
  else if (event.key === "Delete" || event.key === "Backspace") editor.drop(row, index);
  else if (event.key === "Enter") editor.name(row);
  else return false;
  return true;
}

function onLine(editor, event) {
  const to = keyed(event, editor.playhead.at, [0, editor.whole]);
  if (to !== null) editor.playhead.seek(to);
  return to !== null;
}
