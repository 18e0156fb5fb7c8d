"""Coaching: what comes, and what can be watched again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone_name, localtime, now

from core.access.queries import within
from core.database.statements import statement

from ..cards import Card, address
from ..events.queries import Places, has_replay, is_watchable, phase_of, places_each
from ..middleware import zone
from ..models import Coaching, Event
from ..pictures import still
from ..shell import Shell, shell_of
from .program import FILM, PAGE

PAST = 24  # on a page
PAGES = 4  # digits of a page's number, at most
EVENT = (
    *PAGE,
    *("starts_at", "ends_at", "timezone", "host", "capacity", "is_cancelled", "replay_until"),
    *(f"replay__{name}" for name in FILM),
)


def context(request: HttpRequest, page: Coaching) -> dict[str, Any]:
    frame = shell_of(request)
    values = {"coaching": page.path, **frame.reach.values}
    coming, number = _coming(**values), _number(request.GET.get("past", ""))
    gone = _past(**values) if number == 1 else _older(page, frame, number)
    places = places_each(coming, frame.member)
    cards = [event_card(event, frame, places[event.pk]) for event in coming]
    first = next((card for card in cards if not card.extra["is_cancelled"]), None)
    return {
        "next": first,
        "coming": [card for card in cards if card is not first],
        "past": [event_card(event, frame) for event in gone[:PAST]],
        "newer": number - 1,
        "older": number + 1 if len(gone) > PAST else 0,
        "clock": get_current_timezone_name().replace("_", " ") if has_clock(frame) else "",
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
    return past(_below(coaching, seen), at)[: PAST + 1]  # one more, to know of older ones


def _older(page: Coaching, frame: Shell, number: int) -> list[Event]:
    start = (number - 1) * PAST
    return list(past(_below(page.path, frame.seen), now())[start : start + PAST + 1])


def _number(text: str) -> int:
    """Return which page of what is past is asked for; the first where that is no number."""
    return max(1, int(text)) if text.isdecimal() and len(text) <= PAGES else 1


def _below(coaching: Any, seen: Q) -> QuerySet[Event]:
    rows = Event.objects.filter(seen, path__startswith=coaching)
    return rows.select_related("replay").only(*EVENT)


def upcoming(events: QuerySet[Event], at: Any) -> QuerySet[Event]:
    return events.filter(ends_at__gt=at).order_by("starts_at", "pk")


def past(events: QuerySet[Event], at: Any) -> QuerySet[Event]:
    return events.filter(ends_at__lte=at).order_by("-starts_at", "pk")


def has_clock(frame: Shell) -> bool:
    """Tell whether times are told by the visitor's own clock, not by each event's."""
    return bool(getattr(frame.member, "timezone", ""))  # on the front page too


def clock_of(event: Event, frame: Shell) -> str:
    """Return the zone in which an event's times are told to this visitor."""
    return get_current_timezone_name() if has_clock(frame) else zone(event.timezone).key


def event_card(event: Event, frame: Shell, places: Places | None = None) -> Card:
    """Return an event with its times; the picture is the replay's, while it may be watched."""
    moment, clock = now(), clock_of(event, frame)
    is_open = is_watchable(event, moment)
    replay = event.replay if is_open else None
    return Card(
        event.title,
        address(event, frame),
        still(replay, event.title, frame),
        summary=event.summary,
        duration=(replay.duration or 0.0) if replay else 0.0,
        at=event.starts_at,
        until=event.ends_at,
        extra={
            "host": event.host,
            "has_replay": is_open,
            "is_expired": has_replay(event, moment) and not is_open,
            "replay_until": event.replay_until if is_open else None,
            "is_cancelled": event.is_cancelled,
            "phase": phase_of(event, moment),
            "places": places,
            "month": date_format(localtime(event.starts_at, zone(clock)), "F Y"),
            "clock": clock,
            "zone": "" if has_clock(frame) else clock.replace("_", " "),
        },
    )
