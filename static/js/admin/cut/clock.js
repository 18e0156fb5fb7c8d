// Seconds as editors write and read them: 1:02.50.
export function written(seconds) {
  const all = Math.round(Math.max(seconds, 0) * 100);
  const [minutes, rest] = [Math.floor(all / 6000), all % 6000];
  const tail = (rest / 100).toFixed(2).padStart(5, "0");
  if (minutes < 60) return `${minutes}:${tail}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${tail}`;
}

// The seconds that were typed; null for nothing, NaN for what is no time.
export function read(text) {
  const plain = text.trim().replace(",", ".");
  if (!plain) return null;
  if (!/^(\d{1,2}:)?(\d{1,3}:)?\d{1,6}(\.\d{1,6})?$/.test(plain)) return Number.NaN;
  return plain.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
