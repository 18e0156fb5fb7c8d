"""What opens when: a member hears a show from its beginning, counted from the day they joined.

That is the day a tier first opened the show to them, on its own site; where no tier is asked for,
the day of their account. What a member has completed stays open to them, wherever it stands by now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.access.joining import opened_since
from core.access.queries import Reach, known
from core.contract.pieces import Refusal
from core.database.statements import IsAmong, LikeAny, statement
from core.progress.models import Completion

from ..models import Episode, Podcast

if TYPE_CHECKING:
    from core.members.models import Member

Pace = tuple[str, int, int, datetime | None]  # path, first after days, more every days, tier since
NOBODY = 0  # stands for a stranger in a statement


@dataclass(frozen=True, slots=True)
class Place:
    """Where one episode stands for one member."""

    member: Member | None
    after: int = 0  # days
    tier_since: datetime | None = None  # since when a tier has opened the show to them
    completed_at: datetime | None = None  # asked for only where it is not open by itself

    def is_open(self, at: datetime) -> bool:
        """Tell whether it may be heard."""
        if not self.after or self.completed_at:
            return True
        opens = self.opens_at()
        return opens is not None and at >= opens

    def opens_at(self) -> datetime | None:
        """Return when it opens by itself, None to a stranger: so many times 24 hours on."""
        if self.member is None:
            return None
        return (self.tier_since or self.member.joined_at) + timedelta(days=self.after)

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


def places(rows: Sequence[Page], person: Member | None, at: datetime) -> dict[int, Place]:
    """Return where each episode stands for a member.

    One query where no show of theirs drips, else two, and one more where any is closed.
    """
    found = _told(_paces(paths=list(_shows(rows)), member=_number(person)), person)
    asked = {row.pk: found.get(row.pk) or Place(person) for row in rows}
    return _with_completed(asked, person, at)


def places_in(show: Podcast, reach: Reach, at: datetime) -> dict[int, Place]:
    """Return where the episodes of one show stand; in the order they are told, trailers apart.

    Nothing of a show that opens at once, and nothing to whoever edits it.
    """
    if show.opens_every is None or reach.edits(show.path):
        return {}
    told = enumerate(_order_in(path=show.path, member=_number(reach.member)))
    found = {
        number: Place(reach.member, show.opens_first + n * show.opens_every, since)
        for n, (number, since) in told
    }
    return _with_completed(found, reach.member, at)


def closed_below(path: str, reach: Reach, at: datetime) -> list[int]:
    """Return which episodes below a tree path are not open to somebody yet."""
    paces = _paces_below(path=path, member=_number(reach.member))
    found = _told((row for row in paces if not reach.edits(row[0])), reach.member)
    placed = _with_completed(found, reach.member, at)
    return [pk for pk, place in placed.items() if not place.is_open(at)]


def _number(person: Member | None) -> int:
    return person.pk if person else NOBODY


def _shows(rows: Iterable[Page]) -> set[str]:
    return {row.path[: -Page.steplen] for row in rows}


def _told(paces: Iterable[Pace], person: Member | None) -> dict[int, Place]:
    """Return where each episode of some shows stands, in the order they are told."""
    shows = {path: facts for path, *facts in paces}
    if not shows:
        return {}
    told: dict[str, Any] = defaultdict(count)
    found = {}
    for number, path in _order(below=[f"{path}%" for path in shows]):
        show = path[: -Page.steplen]
        first, every, since = shows[show]
        found[number] = Place(person, first + every * next(told[show]), since)
    return found


def _with_completed(
    found: Mapping[int, Place], person: Member | None, at: datetime
) -> dict[int, Place]:
    closed = [pk for pk, place in found.items() if not place.is_open(at)] if person else []
    done = dict(_completed(member=person.pk, pages=closed)) if person and closed else {}
    return {pk: replace(one, completed_at=done.get(pk)) for pk, one in found.items()}


def is_episode(page: Page) -> bool:
    """Tell it without a query: a page of another type says so itself."""
    if type(page) is not Page:
        return isinstance(page, Episode)
    kind: int = ContentType.objects.get_for_model(Episode).pk
    return page.content_type_id == kind


@statement
def _paces(*, paths: list[str], member: int) -> QuerySet[Podcast, Any]:
    return _pace(Podcast.objects.filter(IsAmong("path", paths)), member)


@statement
def _paces_below(*, path: str, member: int) -> QuerySet[Podcast, Any]:
    return _pace(Podcast.objects.filter(path__startswith=path, live=True), member)


def _pace(rows: QuerySet[Podcast], member: Any) -> QuerySet[Podcast, Any]:
    dripping = rows.filter(opens_every__isnull=False)
    since = dripping.annotate(tier_since=Subquery(opened_since(member)))
    return since.values_list("path", "opens_first", "opens_every", "tier_since")


@statement
def _order(*, below: list[str]) -> QuerySet[Episode, Any]:
    return _in_order(Episode.objects.filter(LikeAny("path", below))).values_list("pk", "path")


@statement
def _order_in(*, path: str, member: int) -> QuerySet[Episode, Any]:
    rows = _in_order(Episode.objects.filter(path__startswith=path))
    return rows.annotate(tier_since=Subquery(opened_since(member, path))).values_list(
        "pk", "tier_since"
    )


def _in_order(rows: QuerySet[Episode]) -> QuerySet[Episode]:
    """The episodes in the order they were told; a trailer is for everybody, at once."""
    told = rows.filter(live=True).exclude(kind=Episode.Kind.TRAILER)
    return told.order_by("season", "number", "path")


@statement
def _completed(*, member: int, pages: list[int]) -> QuerySet[Completion, Any]:
    rows = Completion.objects.filter(IsAmong("page", pages), member=member)
    return rows.values_list("page", "at")
