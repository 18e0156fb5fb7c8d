"""A figure, its goal, and how both are shown and kept."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number; ``goal`` is what it must reach: ``most`` or ``least`` of it."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        if self.most is None and self.least is None:
            return None
        return (self.most is None or self.value <= self.most) and (
            self.least is None or self.value >= self.least
        )

    @property
    def goal(self) -> str:
        if self.most is not None:
            return f"≤ {shown(self.most)}"
        return f"≥ {shown(self.least)}" if self.least is not None else ""


def shown(value: float) -> str:
    """Write three figures, or a whole number from a hundred on."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as one table, a line each."""
    signs = {True: "met", False: "MISSED", None: ""}
    rows = [
        (f.name, f"{shown(f.value)} {f.unit}".strip(), f.goal, signs[f.is_met], f.note)
        for f in figures
    ]
    head = ("figure", "measured", "goal", "", "")
    wide = [max(len(row[column]) for row in [head, *rows]) for column in range(5)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip()
        for row in [head, *rows]
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def keep(figures: Iterable[Figure], path: Path, *, machine: str) -> None:
    """Append the run to ``path``, a JSON list, so that a later one can be compared."""
    runs = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    rows = [{**asdict(f), "is_met": f.is_met} for f in figures]
    runs.append({"at": time.strftime("%FT%TZ", time.gmtime()), "machine": machine, "rows": rows})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(runs, indent=1), encoding="utf-8")
