"""A time zone as calendars are told it (RFC 5545, VTIMEZONE): each change of the clocks by date.

`icalendar` can write zones too, but puts the spring's change an hour late, and as lists of dates
that other readers leave out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
AROUND = 1  # years before and after what is shown


def written(name: str, first: datetime, last: datetime) -> icalendar.Timezone:
    """Return a zone with its changes from a year before ``first`` to a year after ``last``."""
    years = (first.year - AROUND, last.year + AROUND + 1)
    zone = icalendar.Timezone()
    zone.add("tzid", name)
    begins = datetime(years[0], 1, 1, tzinfo=UTC)
    for at in (begins, *changes(name, *years)):
        zone.add_component(_observance(ZoneInfo(name), at))
    return zone


@lru_cache(maxsize=200)
def changes(name: str, first_year: int, last_year: int) -> tuple[datetime, ...]:
    """Return the moments (UTC) at which a zone's clocks change between two years."""
    zone, found = ZoneInfo(name), []
    at, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year, 1, 1, tzinfo=UTC)
    while at < end:
        if _offset(zone, at) != _offset(zone, at + DAY):
            found.append(_change_within(zone, at, at + DAY))
        at += DAY
    return tuple(found)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _change_within(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the first second of the new offset, by halving."""
    known = _offset(zone, before)
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (middle, after) if _offset(zone, middle) == known else (before, middle)
    return after


def _observance(zone: ZoneInfo, at: datetime) -> icalendar.Component:
    """Return what holds from a moment on; its start is read off the clock before the change."""
    local, was = at.astimezone(zone), _offset(zone, at - SECOND)
    part = icalendar.TimezoneDaylight() if local.dst() else icalendar.TimezoneStandard()
    part.add("dtstart", (at + was).replace(tzinfo=None))
    part.add("tzoffsetfrom", was)
    part.add("tzoffsetto", _offset(zone, at))
    part.add("tzname", local.tzname())
    return part
