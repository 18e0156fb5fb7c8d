"""The verbs of coming: take a place, give it back, go in."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.notify.services import notify, speaking_to

from ..models import Attendance, Event
from .errors import CalledOff, NoPlace, NoRoom, NotYet, Over
from .queries import COMING, WAITING, path_on, phase_of, places_of, site_of_event
from .words import when

GONE = Attendance.State.GONE


@transaction.atomic
def take_place(*, event: Event, member: Any) -> Attendance:
    """Give a member a place, or a place in the queue where all are taken.

    Whoever has one keeps it. Raises ``Over`` and ``CalledOff``.
    """
    held = _locked(event)
    _refuse_closed(held)
    _fill(held)
    row = Attendance.objects.filter(event=held, member=member).first()
    if row and row.state != GONE:
        return row
    is_full = held.capacity is not None and _count(held) >= held.capacity
    row, _made = Attendance.objects.update_or_create(
        event=held,
        member=member,
        defaults={"state": WAITING if is_full else COMING, "asked_at": now(), "joined_at": None},
    )
    return row


@transaction.atomic
def give_back(*, event: Event, member: Any) -> None:
    """Let a member's place go to the first who waits, who is told."""
    held = _locked(event)
    mine = Attendance.objects.filter(event=held, member=member)
    if mine.exclude(state=GONE).update(state=GONE):
        _fill(held)


@transaction.atomic
def fill(*, event: Event) -> int:
    """Give free places to those who wait; returns how many got one."""
    return _fill(_locked(event))


def enter(*, event: Event, member: Any) -> str:
    """Return the address of the room, to whoever may go in now, and note that they did.

    Raises ``NotYet``, ``Over``, ``CalledOff``, ``NoPlace``, ``NoRoom``.
    """
    phase = phase_of(event, now())
    if phase == "before":
        raise NotYet
    _refuse_closed(event)
    if event.capacity is None:
        take_place(event=event, member=member)
    if not places_of(event, member).may_enter:
        raise NoPlace
    if not event.join_url:
        raise NoRoom
    mine = Attendance.objects.filter(event=event, member=member, joined_at=None)
    mine.update(joined_at=now())
    return event.join_url


def _locked(event: Event) -> Event:
    """Take the event's lock: places are counted and given by one at a time."""
    return Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)


def _refuse_closed(event: Event) -> None:
    phase = phase_of(event, now())
    if phase == "cancelled":
        raise CalledOff
    if phase == "over":
        raise Over


def _count(event: Event) -> int:
    return Attendance.objects.filter(event=event, state=COMING).count()


def _fill(event: Event) -> int:
    if phase_of(event, now()) in {"over", "cancelled"}:
        return 0
    queue = Attendance.objects.filter(event=event, state=WAITING).order_by("asked_at", "pk")
    free = None if event.capacity is None else max(0, event.capacity - _count(event))
    lucky = list(queue.select_related("member")[:free])
    for row in lucky:
        row.state = COMING
        row.save(update_fields=["state"])
        _tell_place(event, row)
    return len(lucky)


def _tell_place(event: Event, row: Attendance) -> None:
    site = site_of_event(event)
    with speaking_to(row.member):
        facts = {"title": event.title, "when": when(event.starts_at)}
        notify(
            member=row.member,
            site=site,
            kind="place_free",
            key=f"place_free:{row.pk}:{row.asked_at.timestamp():.6f}",
            title=_("You have a place in “%(title)s”") % facts,
            body=_("%(when)s. If you cannot come, give it back on the session’s page.") % facts,
            url=path_on(site, event),
            until=event.ends_at,
        )
