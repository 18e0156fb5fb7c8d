"""Coaching: what comes, and what can be watched again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from core.access.queries import within
from core.database.statements import statement

from ..cards import Card, address
from ..models import Coaching, Event
from ..pictures import still
from ..shell import Shell, shell_of
from .program import FILM, PAGE

PAST = 24
EVENT = (*PAGE, "starts_at", "ends_at", "host", *(f"replay__{name}" for name in FILM))


def context(request: HttpRequest, page: Coaching) -> dict[str, Any]:
    frame = shell_of(request)
    values = {"coaching": page.path, **frame.reach.values}
    coming = [event_card(event, frame) for event in _coming(**values)]
    return {
        "next": coming[0] if coming else None,
        "coming": coming[1:],
        "past": [event_card(event, frame) for event in _past(**values)],
    }


@statement
def _coming(
    *, coaching: str, root: str, closed: list[str], edited: list[str], at: datetime
) -> QuerySet[Event]:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    return upcoming(_below(coaching, seen), at)


@statement
def _past(
    *, coaching: str, root: str, closed: list[str], edited: list[str], at: datetime
) -> QuerySet[Event]:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    return past(_below(coaching, seen), at)[:PAST]


def _below(coaching: Any, seen: Q) -> QuerySet[Event]:
    rows = Event.objects.filter(seen, path__startswith=coaching)
    return rows.select_related("replay").only(*EVENT)


def upcoming(events: QuerySet[Event], at: Any) -> QuerySet[Event]:
    return events.filter(ends_at__gt=at).order_by("starts_at", "pk")


def past(events: QuerySet[Event], at: Any) -> QuerySet[Event]:
    return events.filter(ends_at__lte=at).order_by("-starts_at", "pk")


def event_card(event: Event, frame: Shell) -> Card:
    """Return an event with its times; the picture is the replay's."""
    replay = event.replay if event.replay and event.replay.is_playable else None
    return Card(
        event.title,
        address(event, frame),
        still(replay, event.title, frame),
        summary=event.summary,
        duration=(replay.duration or 0.0) if replay else 0.0,
        at=event.starts_at,
        until=event.ends_at,
        extra={"host": event.host, "has_replay": replay is not None},
    )
