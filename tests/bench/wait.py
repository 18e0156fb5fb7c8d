"""Waits for a condition, never for a time."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable


def until(is_so: Callable[[], object], seconds: float = 60, pause: float = 0.05) -> None:
    """Return once ``is_so()``; raise after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Not so after {seconds:.0f} s: {is_so}")
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
