"""What opens when: a member hears a show from its beginning, counted from the day they joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.access.queries import known
from core.contract.pieces import Refusal
from core.database.statements import IsAmong, statement

from ..models import Episode, Podcast


def refusal(member: Any, thing: Any, at: datetime) -> Refusal | None:
    """Return why an episode is not open yet for a member, or None."""
    if not isinstance(thing, Page) or not _is_episode(thing):
        return None
    days = getattr(thing, "opens_after_days", None)
    if days is None:
        days = opens_after_days([thing])[thing.pk]
    return against(member, days, at)


def against(member: Any, days: int, at: datetime) -> Refusal | None:
    """Return the refusal of an episode that opens so many days after joining."""
    if not days:
        return None
    person = known(member)
    if person is None:
        return Refusal(
            "sign_in", _("This episode opens as you listen along."), _("Join to hear it.")
        )
    opens = opening(person.joined_at, days)
    if at >= opens:
        return None
    when = date_format(localtime(opens), "DATE_FORMAT")
    message = _("This episode opens for you on %(when)s.") % {"when": when}
    return Refusal("not_yet", message, _("It comes by itself."))


def opening(joined_at: datetime, days: int) -> datetime:
    """Return when an episode opens: so many times 24 hours after joining."""
    return joined_at + timedelta(days=days)


def opens_after_days(episodes: Sequence[Page]) -> dict[int, int]:
    """Return after how many days each opens; one query where no show of theirs drips, else two."""
    above = {episode.path[: -Page.steplen] for episode in episodes}
    pace = {path: (first, every) for path, first, every in _dripping(paths=list(above))}
    found = dict.fromkeys((episode.pk for episode in episodes), 0)
    for path, (first, every) in pace.items():
        order = [number for (number,) in _order(path=path)]
        found |= {pk: first + every * n for n, pk in enumerate(order) if pk in found}
    return found


def mark(episodes: Iterable[Page]) -> None:
    """Keep on each episode after how many days it opens, so that nobody asks again."""
    rows = list(episodes)
    days = opens_after_days(rows)
    for row in rows:
        row.opens_after_days = days[row.pk]


def _is_episode(page: Page) -> bool:
    """Tell it without a query: a page of another type says so itself."""
    if type(page) is not Page:
        return isinstance(page, Episode)
    kind: int = ContentType.objects.get_for_model(Episode).pk
    return page.content_type_id == kind


@statement
def _dripping(*, paths: list[str]) -> QuerySet[Podcast, Any]:
    rows = Podcast.objects.filter(IsAmong("path", paths), opens_every__isnull=False)
    return rows.values_list("path", "opens_first", "opens_every")


@statement
def _order(*, path: str) -> QuerySet[Episode, Any]:
    """The episodes in the order they were told; a trailer is for everybody, at once."""
    rows = Episode.objects.filter(path__startswith=path, live=True)
    told = rows.exclude(kind=Episode.Kind.TRAILER).order_by("season", "number", "path")
    return told.values_list("pk")
