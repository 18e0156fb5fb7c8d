"""What several threads want done, done at once: a group's commit costs as much as one's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST = 64  # in one group


class _Place(Generic[Item, Answer]):
    """One thread's place in the queue; its turn comes when it is answered, or is to lead."""

    __slots__ = ("answer", "item", "leads", "turn")

    def __init__(self, item: Item) -> None:
        self.item, self.leads = item, False
        self.answer: Answer | None = None
        self.turn = threading.Lock()
        self.turn.acquire()


class Together(Generic[Item, Answer]):
    """Gathers what is asked while a group is at work, and does it as the next group.

    Nobody waits for company: who finds nobody at work begins at once. No two of a group have
    the same ``key``: the later one comes with the next, so that each key's order is kept.
    """

    def __init__(
        self,
        do: Callable[[Sequence[Item]], Sequence[Answer | None]],
        key: Callable[[Item], Hashable],
    ) -> None:
        self._do, self._key = do, key
        self._waiting: list[_Place[Item, Answer]] = []
        self._is_busy = False
        self._lock = threading.Lock()

    def do(self, item: Item) -> Answer | None:
        """Return the answer to ``item``; None where its group came to nothing.

        What ``do`` raises is raised in the thread that led the group, and in no other.
        """
        place: _Place[Item, Answer] = _Place(item)
        with self._lock:
            self._waiting.append(place)
            place.leads, self._is_busy = not self._is_busy, True
        if not place.leads:
            place.turn.acquire()
        if place.leads:
            self._lead()
        return place.answer

    def _lead(self) -> None:
        group = self._next_group()
        try:
            answers = self._do([place.item for place in group])
            for place, answer in zip(group, answers, strict=True):
                place.answer = answer
        finally:
            self._hand_on()
            for place in group[1:]:  # the first is the leader itself
                place.turn.release()

    def _next_group(self) -> list[_Place[Item, Answer]]:
        with self._lock:
            group: dict[Hashable, _Place[Item, Answer]] = {}
            later = []
            for place in self._waiting:
                key = self._key(place.item)
                if key in group or len(group) == MOST:
                    later.append(place)
                else:
                    group[key] = place
            self._waiting = later
        return list(group.values())

    def _hand_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].turn.release()
            else:
                self._is_busy = False
