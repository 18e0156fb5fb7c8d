// What lies behind a timeline: small pictures of the video, and the shape of its sound.
const WIDE = 96; // pixels of a picture here at most; each is cut to its middle
const WIDEST = 8192; // pixels of a canvas that every browser still draws
const FINEST = 2; // pixels a peak takes at least
const PICTURE = /([\d:.]+) --> [\d:.]+\s*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

// Returns what a storyboard holds, or nothing where there is none (yet).
export async function picturesOf(address) {
  const answer = address && (await fetch(address).catch(() => null));
  if (!answer?.ok) return [];
  const base = new URL(address, location.href);
  return [...(await answer.text()).matchAll(PICTURE)].map(([, , sheet, ...box]) => {
    const [x, y, width, height] = box.map(Number);
    return { sheet: String(new URL(sheet, base)), x, y, width, height };
  });
}

export function drawPictures(holder, found, fresh = (sheet) => sheet) {
  if (!found.length) return;
  const count = Math.max(Math.ceil(holder.clientWidth / WIDE), 1);
  holder.replaceChildren(
    ...Array.from({ length: count }, (_one, number) => {
      const place = Math.min(Math.floor((found.length * (number + 0.5)) / count), found.length - 1);
      const { sheet, x, y, width, height } = found[place];
      const picture = document.createElement("span");
      picture.style.backgroundImage = `url("${fresh(sheet)}")`;
      const [left, top] = [(width - holder.clientWidth / count) / 2, (height - holder.clientHeight) / 2];
      picture.style.backgroundPosition = `${-x - Math.max(left, 0)}px ${-y - Math.max(top, 0)}px`;
      return picture;
    }),
  );
}

// Returns pairs of lowest and highest, or nothing where the sound was not measured (yet).
export async function peaksOf(address) {
  const answer = address && (await fetch(address).catch(() => null));
  if (!answer?.ok) return [];
  return (await answer.json().catch(() => ({}))).data ?? [];
}

export function drawWave(canvas, data) {
  if (!data.length) return;
  canvas.width = Math.min(Math.max(canvas.clientWidth, 1600), WIDEST);
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(canvas).color;
  const [count, middle] = [data.length / 2, canvas.height / 2];
  const step = Math.max(canvas.width / count, FINEST);
  for (let x = 0; x < canvas.width; x += step) {
    const peak = Math.floor((x * count) / canvas.width) * 2;
    const [low, high] = [(data[peak] * middle) / 128, (data[peak + 1] * middle) / 128];
    pen.fillRect(x, middle - high, 0.75 * step, Math.max(high - low, 1));
  }
}
