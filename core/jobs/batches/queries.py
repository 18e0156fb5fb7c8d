"""How far batches are: rows and bytes by standing, and how long the rest takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Greatest
from django.utils.timezone import now

DONE, GOING, WAITING = "done", "going", "waiting"
FAILED, BACK, STOPPED = "failed", "back", "stopped"
STANDINGS = (DONE, GOING, WAITING, FAILED, BACK, STOPPED)
AHEAD = (GOING, WAITING)


@dataclass(frozen=True, slots=True)
class Going:
    """A row on its way: its bytes, how far it is (0..1), and since when."""

    batch: UUID
    size: int
    fraction: float
    began_at: datetime | None


@dataclass(slots=True)
class Share:
    """So many rows, and bytes."""

    count: int = 0
    size: int = 0


@dataclass(slots=True)
class Tally:
    """What a batch consists of, how much of it is carried, and how fast."""

    shares: dict[str, Share] = field(default_factory=lambda: {name: Share() for name in STANDINGS})
    carried: float = 0.0  # bytes of what is done, and of what goes as far as it is
    rate: float | None = None  # bytes a second, all that go together; None: not measured yet

    @property
    def count(self) -> int:
        return sum(share.count for share in self.shares.values())

    @property
    def size(self) -> int:
        return sum(share.size for share in self.shares.values())

    @property
    def is_busy(self) -> bool:
        return any(self.shares[name].count for name in AHEAD)

    @property
    def wanted(self) -> int:
        """Return the bytes that have arrived or are still meant to."""
        return sum(self.shares[name].size for name in (DONE, *AHEAD))

    @property
    def fraction(self) -> float:
        return min(self.carried / self.wanted, 1.0) if self.wanted else 0.0

    @property
    def seconds_left(self) -> int | None:
        if not self.is_busy or not self.rate:
            return None
        return round(max(self.wanted - self.carried, 0) / self.rate)


def tallies(parts: QuerySet[Any], going: Iterable[Going]) -> dict[UUID, Tally]:
    """Return the tally of every batch that ``parts`` are of, in two queries.

    Each part is annotated with its ``standing``, one of ``STANDINGS``. ``going`` says how far
    those are that go. What has no known size counts as one byte.
    """
    found: dict[UUID, Tally] = defaultdict(Tally)
    heavy = Sum(Greatest("size", 1))
    grouped = parts.order_by().values_list("batch_id", "standing")
    for batch, standing, count, size in grouped.annotate(count=Count("pk"), heavy=heavy):
        found[batch].shares[standing] = Share(count, size)
    arrived = parts.filter(arrived_at__gt=F("began_at"), batch__in=found)
    spent = Sum(F("arrived_at") - F("began_at"))
    rows = arrived.order_by().values_list("batch_id").annotate(heavy=heavy, spent=spent)
    measured = {batch: (size, time) for batch, size, time in rows}
    on_their_way = defaultdict(list)
    for one in going:
        on_their_way[one.batch].append(one)
    for batch, tally in found.items():
        _measure(tally, on_their_way[batch], *measured.get(batch, (0, timedelta())))
    return dict(found)


def _measure(tally: Tally, going: list[Going], size: int, spent: timedelta) -> None:
    """Write how much is carried, and at which rate: what one row does, times those that go."""
    partly = sum(max(one.size, 1) * one.fraction for one in going)
    tally.carried = tally.shares[DONE].size + partly
    begun = [one.began_at for one in going if one.began_at]
    seconds = spent.total_seconds() + sum((now() - moment).total_seconds() for moment in begun)
    if seconds > 0 and size + partly > 0 and going:
        tally.rate = (size + partly) / seconds * len(going)
