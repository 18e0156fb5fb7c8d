// A line of time: where a second lies on it, which second a pointer means, dragging along it.
export const place = (second, whole) =>
  `${whole ? (100 * Math.min(Math.max(second, 0), whole)) / whole : 0}%`;

export function secondAt(line, clientX, whole) {
  const { left, width } = line.getBoundingClientRect();
  return (whole * Math.min(Math.max(clientX - left, 0), width)) / (width || 1);
}

// Follows a pointer until it is let go; Escape, or a pointer that is taken away, brings all back.
export function drag(holder, { pointerId }, { move, drop, undo }) {
  const ends = new AbortController();
  const options = { signal: ends.signal, capture: true };
  const on = (target, name, act) => target.addEventListener(name, act, options);
  const end = (act) => {
    ends.abort();
    act?.();
  };
  holder.setPointerCapture(pointerId);
  on(holder, "pointermove", (event) => event.pointerId === pointerId && move(event));
  on(holder, "pointerup", (event) => event.pointerId === pointerId && end(drop));
  on(holder, "pointercancel", (event) => event.pointerId === pointerId && end(undo));
  on(holder, "lostpointercapture", (event) => event.target === holder && end(undo));
  on(document, "keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    end(undo);
  });
}
