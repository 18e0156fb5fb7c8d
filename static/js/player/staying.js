// What stays from page to page: what is being heard.
const LISTENING = "lectern:listening";

export function listening() {
  try {
    return JSON.parse(sessionStorage.getItem(LISTENING));
  } catch {
    return null;
  }
}

export function leave(what) {
  sessionStorage.setItem(LISTENING, JSON.stringify(what));
}

export function forget() {
  sessionStorage.removeItem(LISTENING);
}

// Back on its own page the episode's player takes over.
export function stay(href) {
  if (listening()?.href === href) forget();
}
