"""Coaching: what comes, and what can be watched again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now

from ..cards import Card, address
from ..models import Coaching, Event
from ..pictures import still
from ..shell import Shell, shell_of

PAST = 24


def context(request: HttpRequest, page: Coaching) -> dict[str, Any]:
    frame = shell_of(request)
    events = events_of(frame, path__startswith=page.path)
    coming = [event_card(event, frame) for event in upcoming(events)]
    return {
        "next": coming[0] if coming else None,
        "coming": coming[1:],
        "past": [event_card(event, frame) for event in past(events)[:PAST]],
    }


def events_of(frame: Shell, **which: Any) -> Any:
    """Return the events a visitor may attend, with their replays."""
    rows = Event.objects.filter(frame.seen, **which)
    return rows.select_related("replay")


def upcoming(events: Any) -> Any:
    return events.filter(ends_at__gt=now()).order_by("starts_at", "pk")


def past(events: Any) -> Any:
    return events.filter(ends_at__lte=now()).order_by("-starts_at", "pk")


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
