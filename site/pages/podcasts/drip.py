"""What opens when: a member hears a show from its beginning, counted from the day they joined.

What a member has completed stays open to them, wherever it stands by now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.access.queries import Reach, known
from core.contract.pieces import Refusal
from core.database.statements import IsAmong, LikeAny, statement
from core.progress.models import Completion

from ..models import Episode, Podcast

if TYPE_CHECKING:
    from core.members.models import Member

Pace = Mapping[str, tuple[int, int]]  # by a show's path: the first after days, one more every days


@dataclass(frozen=True, slots=True)
class Place:
    """Where one episode stands for one member."""

    member: Member | None
    after: int = 0  # days
    completed_at: datetime | None = None  # asked for only where it is not open by itself

    def is_open(self, at: datetime) -> bool:
        """Tell whether it may be heard."""
        if not self.after or self.completed_at:
            return True
        opens = self.opens_at()
        return opens is not None and at >= opens

    def opens_at(self) -> datetime | None:
        """Return when it opens by itself, or None to a stranger."""
        return opening(self.member.joined_at, self.after) if self.member else None

    def since(self, at: datetime) -> datetime | None:
        """Return when it opened to a member, or None where it was never closed."""
        opens = self.opens_at() if self.after else None
        return opens if opens is None or opens <= at else self.completed_at

    def against(self, at: datetime) -> Refusal | None:
        """Return why it is not open yet, or None."""
        if self.is_open(at):
            return None
        opens = self.opens_at()
        if opens is None:
            return Refusal(
                "sign_in", _("This episode opens as you listen along."), _("Join to hear it.")
            )
        when = date_format(localtime(opens), "DATE_FORMAT")
        message = _("This episode opens for you on %(when)s.") % {"when": when}
        return Refusal("not_yet", message, _("It comes by itself."))


def refusal(member: Any, thing: Any, at: datetime) -> Refusal | None:
    """Return why an episode is not open yet for a member, or None."""
    if not isinstance(thing, Page) or not is_episode(thing):
        return None
    person = known(member)
    place: Place | None = getattr(thing, "place", None)
    if place is None or place.member != person:
        place = places([thing], person, at)[thing.pk]
    return place.against(at)


def opening(joined_at: datetime, days: int) -> datetime:
    """Return when an episode opens: so many times 24 hours after joining."""
    return joined_at + timedelta(days=days)


def places(rows: Sequence[Page], person: Member | None, at: datetime) -> dict[int, Place]:
    """Return where each episode stands for a member.

    One query where no show of theirs drips, else two, and one more where any is closed.
    """
    days = _days(_pace(_paces(paths=list(_shows(rows)))))
    return _places({row.pk: days.get(row.pk, 0) for row in rows}, person, at)


def places_in(show: Podcast, reach: Reach, at: datetime) -> dict[int, Place]:
    """Return where the episodes of one show stand; in the order they are told, trailers apart.

    Nothing of a show that opens at once, and nothing to whoever edits it.
    """
    if show.opens_every is None or reach.edits(show.path):
        return {}
    pace = {show.path: (show.opens_first, show.opens_every)}
    return _places(_days(pace), reach.member, at)


def closed_below(path: str, reach: Reach, at: datetime) -> list[int]:
    """Return which episodes below a tree path are not open to somebody yet."""
    pace = _pace(row for row in _paces_below(path=path) if not reach.edits(row[0]))
    found = _places(_days(pace), reach.member, at)
    return [pk for pk, place in found.items() if not place.is_open(at)]


def _places(days: Mapping[int, int], person: Member | None, at: datetime) -> dict[int, Place]:
    done = _completed_among(person, days, at)
    return {pk: Place(person, after, done.get(pk)) for pk, after in days.items()}


def _pace(rows: Iterable[tuple[str, int, int]]) -> Pace:
    return {path: (first, every) for path, first, every in rows}


def _shows(rows: Iterable[Page]) -> set[str]:
    return {row.path[: -Page.steplen] for row in rows}


def _days(pace: Pace) -> dict[int, int]:
    """Return after how many days each episode of some shows opens, in the order they are told."""
    if not pace:
        return {}
    place: dict[str, Any] = defaultdict(count)
    found = {}
    for number, path in _order(below=[f"{path}%" for path in pace]):
        show = path[: -Page.steplen]
        first, every = pace[show]
        found[number] = first + every * next(place[show])
    return found


def _completed_among(
    person: Member | None, days: Mapping[int, int], at: datetime
) -> dict[int, datetime]:
    closed = _closed(person, days, at) if person else []
    return dict(_completed(member=person.pk, pages=closed)) if person and closed else {}


def _closed(person: Member, days: Mapping[int, int], at: datetime) -> list[int]:
    return [pk for pk, after in days.items() if after and opening(person.joined_at, after) > at]


def is_episode(page: Page) -> bool:
    """Tell it without a query: a page of another type says so itself."""
    if type(page) is not Page:
        return isinstance(page, Episode)
    kind: int = ContentType.objects.get_for_model(Episode).pk
    return page.content_type_id == kind


@statement
def _paces(*, paths: list[str]) -> QuerySet[Podcast, Any]:
    rows = Podcast.objects.filter(IsAmong("path", paths), opens_every__isnull=False)
    return rows.values_list("path", "opens_first", "opens_every")


@statement
def _paces_below(*, path: str) -> QuerySet[Podcast, Any]:
    rows = Podcast.objects.filter(path__startswith=path, live=True, opens_every__isnull=False)
    return rows.values_list("path", "opens_first", "opens_every")


@statement
def _order(*, below: list[str]) -> QuerySet[Episode, Any]:
    """The episodes in the order they were told; a trailer is for everybody, at once."""
    rows = Episode.objects.filter(LikeAny("path", below), live=True)
    told = rows.exclude(kind=Episode.Kind.TRAILER).order_by("season", "number", "path")
    return told.values_list("pk", "path")


@statement
def _completed(*, member: int, pages: list[int]) -> QuerySet[Completion, Any]:
    rows = Completion.objects.filter(IsAmong("page", pages), member=member)
    return rows.values_list("page", "at")
