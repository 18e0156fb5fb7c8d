"""CPU time of process trees, from the kernel's own accounts: a busy machine does not change it."""

from __future__ import annotations

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def seconds_of(*roots: int) -> float:
    """Return the CPU seconds of ``roots``, all their descendants, and those they have reaped."""
    stats = _stats()
    children: dict[int, list[int]] = {}
    for pid, (parent, _ticks) in stats.items():
        children.setdefault(parent, []).append(pid)
    ticks, left = 0, list(roots)
    while left:
        pid = left.pop()
        ticks += stats.get(pid, (0, 0))[1]
        left += children.get(pid, [])
    return ticks / TICK


def descendants(root: int) -> list[int]:
    """Return the processes below ``root``."""
    stats = _stats()
    found, left = [], [root]
    while left:
        above = left.pop()
        below = [pid for pid, (parent, _ticks) in stats.items() if parent == above]
        found += below
        left += below
    return found


def _stats() -> dict[int, tuple[int, int]]:
    """Return parent and CPU ticks (own and reaped children's) by process."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(entry.name)] = (int(words[1]), sum(map(int, words[11:15])))
    return found
