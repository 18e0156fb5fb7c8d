"""Waits for a condition, never for a time."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable

BUSY = 4  # how much slower than idle a machine may be before a wait is in vain


def until(is_so: Callable[[], object], seconds: float = 15, pause: float = 0.05) -> None:
    """Return once ``is_so()``; fail after the ``seconds`` that an idle machine would never take."""
    deadline = time.monotonic() + seconds * BUSY
    while not is_so():
        assert time.monotonic() < deadline, f"{is_so} not true in {BUSY} × {seconds:.0f} s"
        time.sleep(pause)


def until_it_answers(url: str, seconds: float = 120) -> None:
    until(lambda: answers(url), seconds)


def answers(url: str) -> bool:
    """Tell whether a server answers at all, whatever it says."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
