"""Reads about events worth a name: phases, places, replays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Left, Length
from wagtail.models import Page, Site

from ..models import Attendance, Event

DOORS_OPEN = timedelta(minutes=15)
GRACE = timedelta(minutes=30)  # a session may take longer: who belongs there comes in again
COMING, WAITING = Attendance.State.COMING, Attendance.State.WAITING


def phase_of(event: Event, at: datetime) -> str:
    """Return cancelled, before, open (the doors are), live, or over."""
    if event.is_cancelled:
        return "cancelled"
    if at >= event.ends_at:
        return "over"
    if at >= event.starts_at:
        return "live"
    return "open" if at >= event.starts_at - DOORS_OPEN else "before"


def is_overrunning(event: Event, at: datetime) -> bool:
    """Tell whether an event that is over by the clock may still be going on."""
    return not event.is_cancelled and event.ends_at <= at < event.ends_at + GRACE


@dataclass(frozen=True, slots=True)
class Places:
    """How an event is filled, and where one member stands."""

    capacity: int | None = None
    coming: int = 0
    waiting: int = 0
    mine: str = ""  # Attendance.State, or nothing
    turn: int = 0  # 1 is the next who gets a place

    @property
    def left(self) -> int | None:
        """How many are free; None where there is no end of them."""
        if self.capacity is None:
            return None
        return max(0, self.capacity - self.coming - self.waiting)

    @property
    def is_full(self) -> bool:
        return self.left == 0

    @property
    def is_coming(self) -> bool:
        return self.mine == COMING

    @property
    def is_waiting(self) -> bool:
        return self.mine == WAITING

    @property
    def may_enter(self) -> bool:
        """Whoever has a place; everybody who may see the event, where places have no end."""
        return self.is_coming or self.capacity is None


def places_of(event: Event, member: Any) -> Places:
    """Count an event's places, in one query, or two for who waits."""
    me = Q(member=member.pk) if member and member.is_authenticated else Q(pk=None)
    found = Attendance.objects.filter(event=event.pk).aggregate(
        coming=Count("pk", filter=Q(state=COMING)),
        waiting=Count("pk", filter=Q(state=WAITING)),
        mine=Max("state", filter=me),
        asked=Max("asked_at", filter=me),
    )
    asked, mine = found.pop("asked"), found.pop("mine") or ""
    turn = _before(event, asked) if mine == WAITING else 0
    return Places(event.capacity, mine=mine, turn=turn, **found)


def _before(event: Event, asked: datetime) -> int:
    queue = Attendance.objects.filter(event=event.pk, state=WAITING)
    return queue.filter(asked_at__lte=asked).count()


def places_each(events: Iterable[Event], member: Any) -> dict[int, Places]:
    """Count the places of many events in one query; the queue is not looked into."""
    by_number = {event.pk: event for event in events}
    rows = Attendance.objects.filter(event__in=list(by_number)).values("event").order_by()
    me = Q(member=member.pk) if member and member.is_authenticated else Q(pk=None)
    counted = rows.annotate(
        coming=Count("pk", filter=Q(state=COMING)),
        waiting=Count("pk", filter=Q(state=WAITING)),
        mine=Max("state", filter=me),
    )
    found = {row["event"]: (row["coming"], row["waiting"], row["mine"] or "") for row in counted}
    return {
        number: Places(event.capacity, *found.get(number, ()))
        for number, event in by_number.items()
    }


def is_watchable(event: Event, at: datetime) -> bool:
    """Tell whether an event's replay is there and open to whoever may see the event."""
    return has_replay(event, at) and not is_expired(event, at)


def has_replay(event: Event, at: datetime) -> bool:
    return bool(event.ends_at <= at and event.replay and event.replay.is_playable)


def is_expired(event: Event, at: datetime) -> bool:
    return event.replay_until is not None and event.replay_until <= at


def on_a_site() -> Q:
    """Return a filter for pages below some site's root; a new front page leaves others behind."""
    start = Left(OuterRef("path"), Length("root_page__path"))
    return Q(Exists(Site.objects.filter(root_page__path=start)))


def site_of_event(event: Page) -> Site | None:
    """Return the site an event stands on; None where its page is below no site's root."""
    paths = [event.path[:end] for end in range(Page.steplen, len(event.path) + 1, Page.steplen)]
    rows = Site.objects.filter(root_page__path__in=paths).select_related("root_page")
    return rows.order_by("-root_page__path").first()


def path_on(site: Site, event: Page) -> str:
    """Return an event's path on its site."""
    return "/" + event.url_path.removeprefix(site.root_page.url_path)
