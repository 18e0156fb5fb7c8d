"""Finds and ends what an earlier run of this copy has left behind."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

MARK = "LECTERN_COPY"  # an environment variable that every process of a copy carries


def members_of(copy: str) -> list[int]:
    """Return the processes that carry this copy's mark, without ourselves and our parents."""
    needle = f"{MARK}={copy}".encode()
    ours = _ancestors()
    return [
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if int(entry.name) not in ours and needle in _environment(entry)
    ]


def end_leftovers(copy: str, *, seconds: float = 10) -> int:
    """Ask them to end, wait, then insist; return how many there were."""
    found = members_of(copy)
    _send(found, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while (living := members_of(copy)) and time.monotonic() < deadline:
        time.sleep(0.1)
    _send(living, signal.SIGKILL)
    while members_of(copy) and time.monotonic() < deadline + 5:
        time.sleep(0.05)
    return len(found)


def _send(pids: list[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def _environment(entry: Path) -> list[bytes]:
    try:
        return (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _ancestors() -> set[int]:
    pid, found = os.getpid(), set()
    while pid > 1:
        found.add(pid)
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        except OSError:
            break
        pid = int(stat.rpartition(")")[2].split()[1])
    return found
