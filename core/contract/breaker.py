"""A breaker per plugin and hook: after repeated failures it is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

FAILURES = 5  # in a row
REST = 30.0  # seconds, doubled with every trial that fails
LONGEST_REST = 600.0


@dataclass(slots=True)
class State:
    """How one plugin has done lately with one hook."""

    failures: int = 0
    rest: float = REST
    open_until: float = 0.0
    reason: str = ""

    @property
    def is_open(self) -> bool:
        return self.failures >= FAILURES


class Breaker:
    """Opens after five failures in a row; lets one call through when its rest is over."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._states: dict[tuple[str, str], State] = {}

    def allows(self, plugin: str, hook: str) -> bool:
        """Tell whether to call; an open breaker lets one caller try when its rest is over."""
        state = self._states.get((plugin, hook))
        if state is None or not state.is_open:
            return True
        with self._lock:
            if self._clock() < state.open_until:
                return False
            state.open_until = self._clock() + state.rest  # the others wait for this one
            return True

    def succeeded(self, plugin: str, hook: str) -> bool:
        """Note a success; True when it closed an open breaker."""
        state = self._states.pop((plugin, hook), None)
        return state is not None and state.is_open

    def failed(self, plugin: str, hook: str, reason: str) -> bool:
        """Note a failure; True when the breaker is open now."""
        with self._lock:
            state = self._states.setdefault((plugin, hook), State())
            if state.is_open:
                state.rest = min(state.rest * 2, LONGEST_REST)
            state.failures += 1
            state.reason = reason
            state.open_until = self._clock() + state.rest
            return state.is_open

    def open_for(self, plugin: str) -> dict[str, State]:
        """Return the hooks this process leaves alone for a plugin."""
        return {
            hook: state
            for (name, hook), state in list(self._states.items())
            if name == plugin and state.is_open
        }

    def reset(self, plugin: str) -> None:
        """Forget what went wrong with a plugin."""
        for key in [key for key in self._states if key[0] == plugin]:
            self._states.pop(key, None)
