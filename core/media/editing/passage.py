"""The way from what played to what plays, and what was dropped on such ways before.

What has no place in the edition that comes is written down with the one that goes, in its own
seconds, and comes back with them: by going back, or by a cut that lets them play again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .models import Dropped, Edition
from .queries import way
from .timemap import TimeMap


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that was dropped, and the ways from the edition it was dropped from."""

    number: int
    second: float
    facts: dict[str, Any]
    stood: TimeMap  # to the seconds that played until now
    now: TimeMap  # to those that play from now on

    @property
    def at(self) -> float:
        """Return where it belongs now."""
        return self.now.near(self.second)


@dataclass(frozen=True, slots=True)
class Passage(TimeMap):
    """A time map that remembers; anchors drop into it and take back out of it."""

    edition: Edition
    ways: dict[int, tuple[TimeMap, TimeMap]]  # by edition: to what played, to what plays
    waiting: list[Dropped]  # the oldest edition first
    dropped: list[Dropped] = field(default_factory=list)
    returned: set[int] = field(default_factory=set)

    def drop(self, kind: str, second: float, **facts: Any) -> None:
        """Keep what has no place, until its second plays again."""
        self.dropped.append(Dropped(edition=self.edition, kind=kind, second=second, facts=facts))

    def returning(
        self, kind: str, is_whole: Callable[[Waiting], bool] = lambda _one: True
    ) -> Iterator[Waiting]:
        """Yield what of a kind has its second again; what is not whole yet waits on."""
        for one in self._waiting(kind):
            if one.now.at(one.second) is not None and is_whole(one):
                self.returned.add(one.number)
                yield one

    def staying(self, kind: str) -> Iterator[Waiting]:
        """Yield what of a kind goes on waiting; call it after ``returning``."""
        return (one for one in self._waiting(kind) if one.number not in self.returned)

    def _waiting(self, kind: str) -> Iterator[Waiting]:
        for row in self.waiting:
            if row.kind == kind:
                yield Waiting(row.pk, row.second, row.facts, *self.ways[row.edition_id])

    def close(self) -> None:
        """Write down what is kept from now on."""
        Dropped.objects.filter(pk__in=self.returned).delete()
        Dropped.objects.bulk_create(self.dropped, batch_size=2000)


def passage(former: Edition, edition: Edition) -> Passage:
    """Return the way from what played to what is to play; call ``close`` after the anchors."""
    waiting = list(
        Dropped.objects.filter(edition__asset=edition.asset_id)
        .select_related("edition")
        .order_by("edition__number", "pk")
    )
    editions = {row.edition_id: row.edition for row in waiting}
    ways = {number: (way(one, former), way(one, edition)) for number, one in editions.items()}
    return Passage(way(former, edition).pieces, former, ways, waiting)
