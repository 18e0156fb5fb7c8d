// What stays from page to page: what is being heard, and how fast somebody likes it.
const LISTENING = "lectern:listening";
const SPEED = "lectern:speed";

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

export function keptSpeed() {
  const speed = Number(localStorage.getItem(SPEED));
  return speed >= 0.5 && speed <= 2.5 ? speed : 1;
}

export function keepSpeed(speed) {
  localStorage.setItem(SPEED, speed);
}
