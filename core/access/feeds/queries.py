"""Reads worth a name: keys that still open something, and who came by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Greatest
from django.utils.timezone import localdate

from .models import FeedKey, FeedVisit

if TYPE_CHECKING:
    from wagtail.models import Site

    from core.members.models import Member

WINDOW = 28  # days a person looks at
# At one time a household makes 11: two apps on a phone that is at home, on its way and at work (6),
# a watch at home and out (2), a car (1), a desktop at home and at work (2).
STRIKING = 12
HOURS = range(24)


def in_use(
    *, site: Site, kind: str | None = None, member: Member | None = None
) -> QuerySet[FeedKey]:
    """Return the keys of a site that are not revoked, the newest last."""
    rows = FeedKey.objects.filter(site=site, revoked_at=None).order_by("pk")
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(member=member) if member else rows


@dataclass(frozen=True, slots=True)
class Day:
    """How many clients fetched on one day, and how often."""

    day: date
    clients: int
    times: int


def days_of(keys: Iterable[int], *, until: date | None = None, days: int = WINDOW) -> list[Day]:
    """Return the last days of some keys together, days without a visit included."""
    last = until or localdate()
    first = last - timedelta(days=days - 1)
    rows = FeedVisit.objects.filter(key__in=list(keys), day__gte=first, day__lte=last)
    found = rows.values("day").annotate(clients=Count("client", distinct=True), total=Sum("times"))
    known = {row["day"]: (row["clients"], row["total"]) for row in found}
    steps = (first + timedelta(days=n) for n in range(days))
    return [Day(day, *known.get(day, (0, 0))) for day in steps]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One key and what speaks for its being shared: the most clients there were at one time.

    A client is an app on a network, and there from the hour it came first to the hour it came last:
    a phone whose address changes all day leaves one before it has the next, and counts once.
    """

    key: FeedKey
    most: int
    times: int

    @property
    def is_striking(self) -> bool:
        """More clients at one time than a household's own devices and networks make."""
        return self.most >= STRIKING


def evidence(keys: QuerySet[FeedKey], *, days: int = WINDOW) -> list[Evidence]:
    """Return the keys with their evidence since they were last forgiven, the worst first.

    Two queries, however many keys.
    """
    held = list(keys.select_related("member", "page"))
    since = localdate() - timedelta(days=days - 1)
    rows = FeedVisit.objects.filter(key__in=[key.pk for key in held], day__gte=since)
    most: dict[int, int] = {}
    times: dict[int, int] = {}
    settled = {key.pk: localdate(key.forgiven_at) for key in held if key.forgiven_at}
    there = [Count("client", filter=Q(since__lte=hour, until__gte=hour)) for hour in HOURS]
    counted = rows.values_list("key", "day").annotate(most=Greatest(*there), total=Sum("times"))
    for key, day, clients, fetched in counted:
        if key not in settled or day > settled[key]:
            most[key] = max(most.get(key, 0), clients)
            times[key] = times.get(key, 0) + fetched
    found = [Evidence(key, most.get(key.pk, 0), times.get(key.pk, 0)) for key in held]
    return sorted(found, key=lambda one: (one.key.is_suspended, one.most, one.times), reverse=True)
