// Moments as people write them.
export function written(seconds) {
  const milli = Math.round(seconds * 1000);
  const part = String(milli % 1000).padStart(3, "0");
  const whole = Math.floor(milli / 1000);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const second = String(whole % 60).padStart(2, "0");
  const ahead = hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes;
  return `${ahead}:${second}.${part}`;
}

// As clocks show it: no thousandths where there are none.
export const short = (seconds) => written(seconds).replace(/\.000$/, "");

const MOMENT = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d{1,5})(?:[.,](\d{1,3}))?$/;

// Returns seconds, or null for what is no moment.
export function read(text) {
  const found = MOMENT.exec(text.trim());
  if (!found) return null;
  const [, hours = 0, minutes = 0, seconds, part = "0"] = found;
  return hours * 3600 + minutes * 60 + Number(seconds) + Number(part.padEnd(3, "0")) / 1000;
}

export const fill = (sentence, value, number) =>
  sentence.replace("%n", number ?? "").replace("%s", value);
