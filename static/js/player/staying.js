// What stays from page to page: what is being heard.
import { visit } from "lectern/storage";

const LISTENING = "lectern:listening";

export function listening() {
  return visit.get(LISTENING);
}

export function leave(what) {
  visit.set(LISTENING, what);
}

export function forget() {
  visit.remove(LISTENING);
}

// Back on its own page the episode's player takes over.
export function stay(href) {
  if (listening()?.href === href) forget();
}
