"""Follows what editors change: the number calendars go by, and word to those who come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import now
from wagtail.models import Page, Site

from core.jobs.models import Job
from core.jobs.services import enqueue

from ..models import Attendance, Edition, Event
from .queries import COMING, WAITING, on_a_site, path_on, site_of_event
from .services import fill, release
from .telling import TELL, News, tell_soon

FOLLOW = "events.follow"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # of what was never published; the same at every look
KNOWN = ("title", "starts_at", "ends_at", "timezone", "is_cancelled")


def follow(*, event: Event) -> bool:
    """Compare an event with what was last said of it; a job tells what changed, once.

    One that was published and is not any more does not take place, until it is again. One that
    is to be published for the first time is not known yet, and one on no site is left as it was.
    """
    with transaction.atomic():
        known = Edition.objects.select_for_update().filter(pk=event.pk).first()
        event = Event.objects.get(pk=event.pk)
        facts = _facts(event, known)
        if known is None and not event.live and not _wanted(event.pk).exists():
            return False
        if known is None:
            before = facts | {"is_cancelled": event.is_cancelled}
            known = Edition.objects.get_or_create(event=event, defaults=facts)[0]
        else:
            before = {name: getattr(known, name) for name in KNOWN}
        if before == facts or (site := site_of_event(event)) is None:
            return False
        for name, value in facts.items():
            setattr(known, name, value)
        known.sequence += 1
        known.changed_at = now()
        known.save()
        _tell(event, known, before, site)
    return True


def _facts(event: Event, known: Edition | None) -> dict[str, Any]:
    """Return what is to be said of an event; what a draft says otherwise is nobody's business."""
    facts = {name: getattr(event if event.live else known or event, name) for name in KNOWN}
    return facts if event.live else facts | {"is_cancelled": True}


def follow_all(*, breathe: Callable[[], None] = lambda: None) -> int:
    """Follow every event that is not over and differs from what was said of it."""
    differs = Q(edition=None)
    for name in KNOWN:
        differs |= ~Q(**{name: F(f"edition__{name}")})
    said = Q(edition__is_cancelled=True)
    withdrawn = Q(Exists(_wanted(OuterRef("pk"))), ~said | Q(edition=None), live=False)
    wanted = Q(differs, live=True) | withdrawn
    ahead = Event.objects.filter(wanted, on_a_site(), ends_at__gt=now())
    changed = sum(follow(event=event) for event in ahead.order_by("pk"))
    for event in _waited_for():
        if event.capacity is not None:
            release(event=event, breathe=breathe)
        fill(event=event)
    return changed


def _waited_for() -> list[Event]:
    """Events where somebody waits; an editor may have made room, or somebody's time run out."""
    waited_for = Event.objects.filter(on_a_site(), live=True, is_cancelled=False)
    waited_for = waited_for.filter(ends_at__gt=now())
    return list(waited_for.filter(attendances__state=WAITING).distinct())


def sequence_of(event: Event) -> tuple[int, Any]:
    """Return the number and the time of the last change, one ahead of what is not yet followed."""
    known = getattr(event, "edition", None)
    if known is None:
        return 0, event.first_published_at or LONG_AGO
    if all(getattr(known, name) == getattr(event, name) for name in KNOWN):
        return known.sequence, known.changed_at
    return known.sequence + 1, event.last_published_at or known.changed_at


def _tell(event: Event, known: Edition, before: dict[str, Any], site: Site) -> None:
    if event.ends_at <= now():
        return
    if known.is_cancelled and not before["is_cancelled"]:
        _to_all(event, known, site, "event_cancelled")
    elif known.is_cancelled:
        return
    elif before["is_cancelled"]:
        _to_all(event, known, site, "event_changed", is_back=True)
    elif (event.starts_at, event.ends_at) != (before["starts_at"], before["ends_at"]):
        _to_all(event, known, site, "event_changed")


def tell_before_deleting(pages: Iterable[Page]) -> int:
    """Write what is told of events at and below ``pages`` once they are gone; returns how many.

    Where they are not deleted after all, the jobs find them and tell nothing.
    """
    told = 0
    for page in pages:
        below = Event.objects.filter(path__startswith=page.path, ends_at__gt=now())
        for event in below.exclude(is_cancelled=True).select_related("edition"):
            known = getattr(event, "edition", None) or Edition(event=event)
            site = site_of_event(event)
            if site and not known.is_cancelled:
                known.sequence += 1
                told += bool(_to_all(event, known, site, "event_cancelled", is_deleted=True))
    return told


def follow_soon() -> None:
    """Have all events followed at once, not within the minute."""
    enqueue(kind=FOLLOW, key=f"schedule:{FOLLOW}")


def _to_all(
    event: Event,
    known: Edition,
    site: Site,
    kind: str,
    *,
    is_back: bool = False,
    is_deleted: bool = False,
) -> Job | None:
    is_there = event.live and not is_deleted
    news = News(
        event=event.pk,
        kind=kind,
        sequence=known.sequence,
        title=event.title,
        starts_at=event.starts_at.isoformat(),
        ends_at=event.ends_at.isoformat(),
        url=path_on(site, event) if is_there else reverse("dashboard"),
        members=_awaiting(event),
        note=event.cancel_note,
        is_back=is_back,
    )
    key = "" if is_deleted else f"{TELL}:{event.pk}:{known.sequence}"
    return tell_soon(news, site, key=key)


def _awaiting(event: Event) -> list[int]:
    """Return who wanted to come, those who come first."""
    rows = _wanted(event.pk).order_by("state", "pk")
    return list(rows.values_list("member", flat=True))


def _wanted(event: Any) -> QuerySet[Attendance]:
    return Attendance.objects.filter(event=event, state__in=[COMING, WAITING])
