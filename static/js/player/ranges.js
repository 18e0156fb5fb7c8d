// Unions of [start, end] in seconds, sorted and apart.

const GAP = 0.3; // what a clock may lose between two looks

export function union(...lists) {
  const merged = [];
  for (const [start, end] of lists.flat().sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1] + GAP) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

export function seconds(ranges) {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}

export function rounded(ranges) {
  return ranges.map(([start, end]) => [Number(start.toFixed(2)), Number(end.toFixed(2))]);
}
