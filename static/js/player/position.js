// Where a member is in a video: kept here for this browser, by the server for the others; both say
// when (ms) by the server's clock, and a second kept of a film that was cut since is none of this one.
import { local } from "lectern/storage";

const key = ({ member, asset }) => `lectern.position.${member}.${asset}`;
const END = 2; // nearer to the end than this starts over

export function keep(config, seconds, at) {
  local.set(key(config), { seconds, at, edition: config.edition }); // else the server's is enough
}

// The second a link names: ?t=83, or #t=83 in a note.
export function named() {
  const told = new URLSearchParams(location.search).get("t") ?? location.hash.match(/^#t=([\d.]+)$/)?.[1];
  return Number.parseFloat(told);
}

// Once it plays, a reload goes on where one is.
export function forget() {
  const url = new URL(location.href);
  if (Number.isNaN(named())) return;
  url.searchParams.delete("t");
  if (url.hash.startsWith("#t=")) url.hash = "";
  history.replaceState(history.state, "", url);
}

// The newest of both wins; a link to a second of the page's own film beats them.
export function resume(config) {
  const asked = config.page ? named() : Number.NaN;
  if (asked >= 0) return asked;
  const here = local.get(key(config));
  const isOfIt = (here?.edition ?? config.edition) === config.edition;
  const newest = here && isOfIt && here.at > (config.positionAt ?? 0) ? here.seconds : config.position;
  const isOver = config.source?.duration && newest > config.source.duration - END;
  return isOver ? 0 : (newest ?? 0);
}
