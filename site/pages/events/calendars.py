"""Events as calendar entries (RFC 5545, RFC 7986), written by `icalendar`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import icalendar

from ..middleware import zone
from ..models import Event
from . import zones
from .changes import sequence_of
from .queries import COMING, WAITING

PRODUCT = "-//Lectern//Events//EN"
LOOK_AGAIN = timedelta(hours=1)  # how often a calendar asks


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as one person's calendar shows it; addresses are whole."""

    event: Event
    url: str
    room: str = ""  # the gate in front of the room; the room's own address stands nowhere
    state: str = ""  # Attendance.State


def calendar_of(entries: Iterable[Entry], *, name: str = "") -> bytes:
    """Return a calendar with its time zones."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    shown = list(entries)
    for clock, times in _clocks(shown).items():
        calendar.add_component(zones.written(clock, min(times), max(times)))
    for entry in shown:
        calendar.add_component(_entry(entry))
    return calendar.to_ical()


def _clocks(entries: list[Entry]) -> dict[str, list[datetime]]:
    """Return the times told in each zone; those of UTC need none."""
    found: dict[str, list[datetime]] = {}
    for entry in entries:
        name = zone(entry.event.timezone).key
        if name != "UTC":
            found.setdefault(name, []).extend([entry.event.starts_at, entry.event.ends_at])
    return found


def _entry(entry: Entry) -> icalendar.Event:
    event = entry.event
    sequence, changed_at = sequence_of(event)
    written = icalendar.Event()
    written.add("uid", uid_of(event))
    written.add("sequence", sequence)
    written.add("dtstamp", _whole(changed_at))
    written.add("last-modified", _whole(changed_at))
    written.add("dtstart", event.starts_at.astimezone(zone(event.timezone)))
    written.add("dtend", event.ends_at.astimezone(zone(event.timezone)))
    written.add("summary", event.title)
    written.add("description", _description(entry))
    written.add("url", entry.url)
    written.add("location", entry.room or entry.url)
    written.add("status", _status(entry))
    written.add("transp", "OPAQUE" if entry.state == COMING else "TRANSPARENT")
    if entry.room:
        parameters = {"VALUE": "URI", "FEATURE": "VIDEO"}
        written.add("conference", icalendar.vUri(entry.room), parameters=parameters)
    return written


def uid_of(event: Event) -> str:
    """Return what a calendar knows the event by, whatever changes."""
    return f"{event.translation_key}@lectern"


def _status(entry: Entry) -> str:
    if entry.event.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.state == WAITING else "CONFIRMED"


def _description(entry: Entry) -> str:
    event = entry.event
    words = [event.cancel_note if event.is_cancelled else "", event.summary, entry.url]
    return "\n\n".join(word for word in words if word)


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
