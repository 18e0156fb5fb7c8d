"""The verbs of coming: take a place, give it back, go in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from wagtail.models import Site

from core.access.services import may
from core.notify.services import notify, speaking_to

from ..models import Attendance, Event
from .errors import CalledOff, NoPlace, NoRoom, NotYet, Over
from .queries import (
    COMING,
    WAITING,
    is_overrunning,
    path_on,
    phase_of,
    places_of,
    site_of_event,
)
from .words import when

GONE = Attendance.State.GONE
PASSING = frozenset(  # refusals that say nothing of the member: nobody loses a place by them
    {"elsewhere", "gone", "not_yet", "password", "plugin_failed", "unpublished"}
)


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


def release(*, event: Event, breathe: Callable[[], None] = lambda: None) -> int:
    """Take their places from members who may not come any more, for those who wait.

    Whoever seems to have none is asked for again under the event's lock. Returns how many went.
    """
    site, found = site_of_event(event), []
    if site is None:
        return 0
    for row in Attendance.objects.filter(event=event, state=COMING).select_related("member"):
        breathe()
        if _has_lapsed(row.member, event, site):
            found.append(row.pk)
    return _release(event, site, found) if found else 0


@transaction.atomic
def _release(event: Event, site: Site, found: list[int]) -> int:
    held = _locked(event)
    rows = Attendance.objects.filter(pk__in=found, state=COMING).select_related("member")
    lapsed = [row.pk for row in rows if _has_lapsed(row.member, held, site)]
    gone = Attendance.objects.filter(pk__in=lapsed).update(state=GONE)
    _fill(held)
    return gone


def _has_lapsed(member: Any, event: Event, site: Site) -> bool:
    """Tell whether a member's account or membership does not reach an event any more."""
    reasons = may(member, event, site=site).reasons
    return not member.is_active or any(reason.code not in PASSING for reason in reasons)


def enter(*, event: Event, member: Any) -> str:
    """Return the address of the room, to whoever may go in now, and note that they did.

    It stays open for a while after the end: a session may take longer.
    Raises ``NotYet``, ``Over``, ``CalledOff``, ``NoPlace``, ``NoRoom``.
    """
    moment = now()
    if phase_of(event, moment) == "before":
        raise NotYet
    if not is_overrunning(event, moment):
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
    """Give free places to who waits longest; who may not come any more is passed over."""
    if phase_of(event, now()) in {"over", "cancelled"}:
        return 0
    free = None if event.capacity is None else max(0, event.capacity - _count(event))
    if free == 0:
        return 0
    queue = Attendance.objects.filter(event=event, state=WAITING).order_by("asked_at", "pk")
    given = 0
    for row in queue.select_related("member"):
        if given == free:
            break
        given += _give(event, row)
    return given


def _give(event: Event, row: Attendance) -> bool:
    """Give a place to one who waits, or end their waiting where they may not come any more."""
    site = site_of_event(event)
    if site is None:
        return False
    is_let_in = row.member.is_active and bool(may(row.member, event, site=site))
    if is_let_in:
        row.state = COMING
    elif _has_lapsed(row.member, event, site):
        row.state = GONE
    row.save(update_fields=["state"])
    if is_let_in:
        _tell_place(event, row, site)
    return is_let_in


def _tell_place(event: Event, row: Attendance, site: Site) -> None:
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
