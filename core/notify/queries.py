"""Reads of notifications worth a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import Site

from core.contract import ask
from core.contract.channels import NotificationChannel
from core.contract.pieces import NotificationKind
from core.database.statements import statement

from .errors import UnknownKind
from .models import Delivery, Notification, Preference

LEAST = 3  # people
MISSED = Q(state__in=[Delivery.State.FAILED, Delivery.State.UNKNOWN]) | Q(
    state=Delivery.State.WAITING, tries__gt=0
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One switch: a channel of a kind, on or off."""

    channel: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind with its switches."""

    kind: NotificationKind
    cells: Sequence[Cell]


def kinds(site: Site | int | None = None) -> dict[str, NotificationKind]:
    """Return every kind somebody tells of, in the order people read them."""
    found: list[NotificationKind] = ask("notification_kinds", site=site)
    return {kind.name: kind for kind in sorted(found, key=lambda kind: (kind.order, kind.label))}


def kind_named(name: str, site: Site | int | None = None) -> NotificationKind:
    """Return a kind; raises ``UnknownKind``."""
    try:
        return kinds(site)[name]
    except KeyError:
        raise UnknownKind(name) from None


def channels(site: Site | int | None = None) -> dict[str, NotificationChannel]:
    """Return every way of telling."""
    return {channel.name: channel for channel in ask("notification_channels", site=site)}


def wanted(member: Any, kind: NotificationKind, site: Site | int | None = None) -> set[str]:
    """Return the channels by which ``member`` wants to hear of ``kind``."""
    chosen = dict(
        Preference.objects.filter(member=member, kind=kind.name).values_list("channel", "on")
    )
    return {name for name in channels(site) if chosen.get(name, name in kind.channels)}


def is_staff(member: Any) -> bool:
    """Tell whether kinds for staff concern ``member``: whoever may enter the admin."""
    return bool(member.is_active and member.has_perm("wagtailadmin.access_admin"))


def choices(member: Any, site: Site) -> list[Choice]:
    """Return what ``member`` may choose from, and what stands now."""
    rows = Preference.objects.filter(member=member).values_list("kind", "channel", "on")
    chosen = {(kind, channel): on for kind, channel, on in rows}
    ways = channels(site).values()
    staff = is_staff(member)
    return [
        Choice(
            kind,
            [
                Cell(w.name, w.label, chosen.get((kind.name, w.name), w.name in kind.channels))
                for w in ways
            ],
        )
        for kind in kinds(site).values()
        if staff or kind.who != "staff"
    ]


def shown_to(member: Any, site: Site) -> QuerySet[Notification]:
    """Return what stands at a member's bell, newest first."""
    return Notification.objects.filter(member=member, site=site, is_shown=True).order_by(
        "-created_at", "pk"
    )


def latest(member: Any, site: Site, limit: int) -> list[Notification]:
    """Return the newest that stand at a member's bell."""
    return _latest(limit, member=member.pk, site=site.pk)


@statement
def _latest(limit: int, *, member: int, site: int) -> QuerySet[Notification]:
    return shown_to(member, site)[:limit]


def unread(member: Any, site: Site) -> int:
    """Count what stands unread at a member's bell."""
    return next((count for (count,) in _unread(member=member.pk, site=site.pk)), 0)


@statement
def _unread(*, member: int, site: int) -> QuerySet[Notification, Any]:
    return counted(member, site)


def counted(member: Any, site: Any) -> QuerySet[Notification, Any]:
    """Return one row with the number that stands unread, or none."""
    rows = Notification.objects.filter(member=member, site=site, read_at=None, is_shown=True)
    return rows.order_by().values("member").annotate(number=Count("pk")).values_list("number")


def unread_beside(member: Any, site: Any) -> Subquery:
    """Return the number that stands unread as a column beside another query's rows."""
    return Subquery(counted(member, site))


@dataclass(frozen=True, slots=True)
class Way:
    """How a channel did lately: it tried to reach so many people, and missed so many of them."""

    channel: str
    tried: int
    missed: int

    @property
    def is_broken(self) -> bool:
        """Half of those it tried; fewer people than that speak of their own addresses."""
        return self.missed >= LEAST and 2 * self.missed >= self.tried


def troubled(since: datetime) -> dict[str, int]:
    """Count what did not reach people since then, or waits after an error; by state."""
    rows = _since(since).filter(MISSED)
    return dict(rows.order_by().values_list("state").annotate(Count("pk")))


def ways(hour: datetime, day: datetime) -> list[Way]:
    """Return how each channel did since ``hour``, or since ``day`` where it had little to do."""
    people, late = "notification__member", Q(at__gte=hour)
    rows = _since(day).filter(MISSED | Q(state=Delivery.State.SENT))
    counted = (
        rows.order_by()
        .values_list("channel")
        .annotate(
            tried=Count(people, distinct=True, filter=late),
            missed=Count(people, distinct=True, filter=late & MISSED),
            all_tried=Count(people, distinct=True),
            all_missed=Count(people, distinct=True, filter=MISSED),
        )
    )
    return [
        Way(channel, *((tried, missed) if tried >= LEAST else whole))
        for channel, tried, missed, *whole in counted
    ]


def missed(since: datetime, limit: int) -> list[str]:
    """Return the addresses of people who were not reached since then, the latest first."""
    rows = _since(since).filter(MISSED).order_by().values_list("notification__member__email")
    return [email for email, _at in rows.annotate(latest=Max("at")).order_by("-latest")[:limit]]


def _since(moment: datetime) -> QuerySet[Delivery]:
    at = Coalesce("begun_at", "notification__created_at")
    return Delivery.objects.annotate(at=at).filter(at__gte=moment)
