// Draws the sound's peaks; the file is what audiowaveform writes: pairs of lowest and highest.
const SVG = "http://www.w3.org/2000/svg";
const TALL = 40;

// Returns so many loudnesses, 0..1, or nothing where the sound was not measured (yet).
export async function peaksOf(address, many) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return null;
  const { data, bits } = await answer.json().catch(() => ({}));
  if (!data?.length) return null;
  const most = 2 ** (bits - 1);
  const each = data.length / 2 / many;
  const loud = Array.from({ length: many }, (_, n) => {
    const part = data.slice(2 * Math.floor(n * each), 2 * Math.max(Math.floor((n + 1) * each), Math.floor(n * each) + 1));
    return Math.max(...part.map(Math.abs), 0) / most;
  });
  const loudest = Math.max(...loud, 0.05);
  return loud.map((one) => one / loudest);
}

export function bars(peaks) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${peaks.length * 3} ${TALL}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  peaks.forEach((peak, n) => {
    const height = Math.max(2, peak * TALL);
    const bar = document.createElementNS(SVG, "rect");
    const shape = { x: n * 3, y: (TALL - height) / 2, width: 2, height, rx: 1 };
    for (const [name, value] of Object.entries(shape)) bar.setAttribute(name, value);
    svg.append(bar);
  });
  return svg;
}
