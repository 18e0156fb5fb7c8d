"""What a running program and its children cost, from the kernel's accounts.

Asked while they run: behind walls, what a program spent is not handed to who started it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process and all below it; 0 where the kernel does not say."""
    return sum(map(_ticks, _family(pid))) / TICK


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in _read(PROC / f"{pid}/task/{pid}/children").split():
        yield from _family(int(child))


def _ticks(pid: int) -> int:
    """Own time and that of children it has waited for (proc_pid_stat(5), fields 14 to 17)."""
    words = _read(PROC / f"{pid}/stat").rpartition(")")[2].split()
    return sum(map(int, words[11:15]))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
