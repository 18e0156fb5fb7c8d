"""Follows what editors change: the number calendars go by, and word to those who come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import now

from ..models import Attendance, Edition, Event
from .queries import COMING, WAITING, path_on, site_of_event
from .services import fill, release
from .telling import TELL, News, tell_soon

KNOWN = ("title", "starts_at", "ends_at", "timezone", "is_cancelled")


def follow(*, event: Event) -> bool:
    """Compare a live event with what was last said of it; a job tells what changed, once."""
    with transaction.atomic():
        known = Edition.objects.select_for_update().filter(pk=event.pk).first()
        event = Event.objects.get(pk=event.pk)
        if not event.live:
            return False
        facts = {name: getattr(event, name) for name in KNOWN}
        if known is None:
            Edition.objects.get_or_create(event=event, defaults=facts)
            return False
        before = {name: getattr(known, name) for name in KNOWN}
        if before == facts:
            return False
        for name, value in facts.items():
            setattr(known, name, value)
        known.sequence += 1
        known.changed_at = now()
        known.save()
        _tell(event, known, before)
    return True


def follow_all(*, breathe: Callable[[], None] = lambda: None) -> int:
    """Follow every event that is not over and differs from what was said of it."""
    differs = Q(edition=None)
    for name in KNOWN:
        differs |= ~Q(**{name: F(f"edition__{name}")})
    ahead = Event.objects.filter(differs, live=True, ends_at__gt=now())
    changed = sum(follow(event=event) for event in ahead.order_by("pk"))
    for event in _waited_for():
        if event.capacity is not None:
            release(event=event, breathe=breathe)
        fill(event=event)
    return changed


def _waited_for() -> list[Event]:
    """Events where somebody waits; an editor may have made room, or somebody's time run out."""
    waited_for = Event.objects.filter(live=True, is_cancelled=False, ends_at__gt=now())
    return list(waited_for.filter(attendances__state=WAITING).distinct())


def sequence_of(event: Event) -> tuple[int, Any]:
    """Return the number and the time of the last change, one ahead of what is not yet followed."""
    known = getattr(event, "edition", None)
    if known is None:
        return 0, event.first_published_at or now()
    if all(getattr(known, name) == getattr(event, name) for name in KNOWN):
        return known.sequence, known.changed_at
    return known.sequence + 1, event.last_published_at or now()


def _tell(event: Event, known: Edition, before: dict[str, Any]) -> None:
    if event.ends_at <= now():
        return
    if event.is_cancelled and not before["is_cancelled"]:
        _to_all(event, known, "event_cancelled")
    elif event.is_cancelled:
        return
    elif before["is_cancelled"]:
        _to_all(event, known, "event_changed", is_back=True)
    elif (event.starts_at, event.ends_at) != (before["starts_at"], before["ends_at"]):
        _to_all(event, known, "event_changed")


def _to_all(event: Event, known: Edition, kind: str, *, is_back: bool = False) -> None:
    site = site_of_event(event)
    news = News(
        event=event.pk,
        kind=kind,
        sequence=known.sequence,
        title=event.title,
        starts_at=event.starts_at.isoformat(),
        ends_at=event.ends_at.isoformat(),
        url=path_on(site, event),
        members=_awaiting(event),
        note=event.cancel_note,
        is_back=is_back,
    )
    tell_soon(news, site, key=f"{TELL}:{event.pk}:{known.sequence}")


def _awaiting(event: Event) -> list[int]:
    """Return who wanted to come, those who come first."""
    rows = Attendance.objects.filter(event=event, state__in=[COMING, WAITING])
    return list(rows.order_by("state", "pk").values_list("member", flat=True))
