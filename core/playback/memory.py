"""Answers remembered for seconds in this process, so that a segment costs no question."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class ForSeconds(Generic[Answer]):
    """A small dictionary whose entries are forgotten after ``seconds``, or when it is full.

    ``clock`` is monotonic; a slow answer counts from the moment it was asked.
    """

    def __init__(
        self,
        seconds: Callable[[], float],
        *,
        room: int = 20_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._room, self._clock = seconds, room, clock
        self._kept: dict[Hashable, tuple[float, Answer]] = {}

    def get(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        asked_at = self._clock()
        kept = self._kept.get(key)
        if kept is not None and asked_at - kept[0] < self._seconds():
            return kept[1]
        answer = ask()
        if len(self._kept) >= self._room:
            self._kept.clear()
        self._kept[key] = (asked_at, answer)
        return answer

    def forget(self) -> None:
        self._kept.clear()
