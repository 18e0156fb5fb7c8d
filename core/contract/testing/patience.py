"""Waits for what raises ``Later`` until it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from core.contract.errors import Later

Answer = TypeVar("Answer")
PATIENCE = 120.0  # seconds a provider may wait for others
A_MOMENT = 0.1  # seconds between two looks


def patiently(call: Callable[[], Answer]) -> Answer:
    """Call what may raise ``Later`` until it answers."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return call()
        except Later as later:
            assert time.monotonic() < deadline, f"Not done after {PATIENCE:.0f} s."
            time.sleep(min(later.seconds, A_MOMENT))
