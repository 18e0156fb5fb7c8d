"""Reminders before a session, and word of its replay; each is told once, by its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from wagtail.models import Site

from core.access.services import may
from core.notify.models import Notification
from core.notify.services import notify, speaking_to
from core.progress.models import Completion

from ..models import Attendance, Event
from .queries import COMING, WAITING, on_a_site, path_on, site_of_event
from .words import clock, when

DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
LAST_HOURS = timedelta(hours=2)  # so near the start, word of tomorrow would only confuse
EXPIRING = timedelta(days=3)
AT_ONCE = 500  # people in memory
REPLAY_NEWS = timedelta(days=60)  # an older session's replay is no news

Breathe = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Word:
    """What is told of one event, to whom, and until when it is of use."""

    event: Event
    kind: str
    key: str
    to: Q  # of attendances
    until: datetime


def remind(*, breathe: Breathe = lambda: None) -> int:
    """Tell everybody what is due; ``breathe`` is called between two. Returns how many were told."""
    return sum(_tell(word, breathe) for word in [*_starting(), *_replays()])


def _ahead() -> QuerySet[Event]:
    return Event.objects.filter(on_a_site(), live=True, is_cancelled=False)


def _starting() -> Iterator[Word]:
    moment = now()
    for event in _ahead().filter(starts_at__gt=moment, starts_at__lte=moment + DAY):
        left = event.starts_at - moment
        name = f"event_reminder:{event.pk}:{event.starts_at.timestamp():.0f}"
        if left > LAST_HOURS:
            early = Q(state=COMING, asked_at__lte=event.starts_at - DAY)
            yield Word(event, "event_reminder", f"{name}:day", early, event.starts_at)
        elif left <= QUARTER:
            coming = Q(state=COMING)
            yield Word(event, "event_reminder", f"{name}:soon", coming, event.starts_at)


def _replays() -> Iterator[Word]:
    moment = now()
    played = _ahead().filter(ends_at__lte=moment, replay__playable_at__isnull=False)
    open_now = played.filter(Q(replay_until=None) | Q(replay_until__gt=moment))
    asked = Q(state__in=[COMING, WAITING])
    for event in open_now.filter(ends_at__gt=moment - REPLAY_NEWS):
        until = event.replay_until or moment + REPLAY_NEWS
        yield Word(event, "replay_ready", _ready(event), asked, until)
    for event in open_now.filter(replay_until__lte=moment + EXPIRING):
        key = f"replay_expiring:{event.pk}:{event.replay_until.timestamp():.0f}"
        yield Word(event, "replay_expiring", key, asked, event.replay_until)


def _ready(event: Event) -> str:
    return f"replay_ready:{event.pk}:{event.replay_id}"


def _just_told(event: Event) -> QuerySet[Notification, dict[str, Any]]:
    """Return who heard within these days that the replay is there, and until when it stays."""
    told = Notification.objects.filter(key=_ready(event), until=event.replay_until)
    return told.filter(created_at__gt=event.replay_until - EXPIRING).values("member")


def _tell(word: Word, breathe: Breathe) -> int:
    rows = Attendance.objects.filter(word.to, event=word.event).select_related("member")
    rows = rows.exclude(member__notifications__key=word.key)
    if word.kind == "replay_expiring":
        seen = Completion.objects.filter(page=word.event.pk).values("member")
        rows = rows.exclude(member__in=seen).exclude(member__in=_just_told(word.event))
    site, told = None, 0
    for row in _a_few_at_a_time(rows):
        breathe()
        site = site or site_of_event(word.event)
        told += bool(site and may(row.member, word.event, site=site) and _notify(word, site, row))
    return told


def _a_few_at_a_time(rows: QuerySet[Attendance]) -> Iterator[Attendance]:
    """Return thousands without holding them: each query goes on behind the last one's end."""
    last, is_more = 0, True
    while is_more:
        some = list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE])
        yield from some
        is_more = len(some) == AT_ONCE
        last = some[-1].pk if is_more else last


def _notify(word: Word, site: Site, row: Attendance) -> Any:
    with speaking_to(row.member):
        title, body = _words(word)
        return notify(
            member=row.member,
            site=site,
            kind=word.kind,
            key=word.key,
            title=title,
            body=body,
            url=path_on(site, word.event),
            until=word.until,
        )


def _words(word: Word) -> tuple[str, str]:
    event = word.event
    facts = {"title": event.title, "clock": clock(event.starts_at), "when": when(event.starts_at)}
    if word.kind == "replay_ready":
        return _("The replay of “%(title)s” is there") % facts, _until(event)
    if word.kind == "replay_expiring":
        return _("The replay of “%(title)s” goes soon") % facts, _until(event)
    if word.key.endswith(":day"):
        body = _("%(when)s. The doors open 15 minutes before.") % facts
        return _("“%(title)s” is coming up") % facts, body
    body = _("It starts at %(clock)s. The doors are open.") % facts
    return _("“%(title)s” starts in a few minutes") % facts, body


def _until(event: Event) -> str:
    if event.replay_until is None:
        return ""
    return _("You can watch it until %(when)s.") % {"when": when(event.replay_until)}
