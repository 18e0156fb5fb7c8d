"""What a show's page lists: its episodes, and the lessons that are heard in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any
from uuid import UUID

from django.db.models import F, PositiveSmallIntegerField, Q, QuerySet, Value
from django.db.models.functions import Greatest

from core.access.queries import joinable, within
from core.database.statements import statement

from ..models import Episode, Lesson, Podcast
from ..shell import Shell
from .feed import LONG_AGO

TOLD = ("is_lesson", "season", "number", "path")  # the order
KEY = ("pk", "asset", "at", *TOLD)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list, by its number: thousands of them are no matter."""

    number: int
    asset: UUID | None
    at: datetime
    is_lesson: bool


def listed(show: Podcast, frame: Shell) -> list[Listed]:
    """Return all of a show that somebody sees, in one query; to a stranger, what joining opens.

    What builds on each other begins with the first, and ends with the lessons; of what stands
    alone the latest come first, and each lesson by its day.
    """
    told = [
        Listed(pk, asset, at or LONG_AGO, kind) for pk, asset, at, kind, *_ in _found(show, frame)
    ]
    if show.kind == Podcast.Kind.SERIAL:
        return told
    episodes = (one for one in told if not one.is_lesson)
    lessons = sorted((one for one in told if one.is_lesson), key=_day)
    return [*merge(episodes, lessons, key=_day)][::-1]


def _day(one: Listed) -> datetime:
    return one.at


def _found(show: Podcast, frame: Shell) -> Iterable[Any]:
    if frame.member is not None and frame.member.is_authenticated:
        return _seen(show=show.pk, path=show.path, **frame.reach.values)
    return _told(joinable(frame.site), show.pk, show.path)


@statement
def _seen(
    *, show: int, path: str, root: str, closed: list[str], edited: list[str], at: datetime
) -> QuerySet[Any, Any]:
    return _told(within(root=root, closed=closed, edited=edited, at=at), show, path)


def _told(seen: Q, show: Any, path: Any) -> QuerySet[Any, Any]:
    none = Value(0, PositiveSmallIntegerField())
    heard = Lesson.objects.filter(seen, show=show, video__isnull=False)
    lessons = heard.annotate(
        asset=F("video"),
        at=Greatest("first_published_at", "heard_since"),
        is_lesson=Value(value=True),
        season=none,
        number=none,
    )
    own = Episode.objects.filter(seen, path__startswith=path).annotate(at=F("first_published_at"))
    episodes = own.annotate(asset=F("media"), is_lesson=Value(value=False))
    rows = episodes.values_list(*KEY).union(lessons.values_list(*KEY), all=True)
    return rows.order_by(*TOLD)
