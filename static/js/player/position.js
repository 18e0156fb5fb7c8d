// Where a member is in a video: kept here for this browser, by the server for the others.

const key = ({ member, asset }) => `lectern.position.${member}.${asset}`;
const END = 2; // nearer to the end than this starts over

export function keep(config, seconds) {
  try {
    localStorage.setItem(key(config), JSON.stringify({ seconds, at: Date.now() }));
  } catch {
    // Without storage the server's position is enough.
  }
}

// The newest of both wins; a link to a second (?t=83) beats them.
export function resume(config) {
  const asked = Number.parseFloat(new URLSearchParams(location.search).get("t"));
  if (asked >= 0) return asked;
  const here = JSON.parse(localStorage.getItem(key(config)) ?? "null");
  const newest = here && here.at > (config.positionAt ?? 0) ? here.seconds : config.position;
  const isOver = config.source?.duration && newest > config.source.duration - END;
  return isOver ? 0 : (newest ?? 0);
}
