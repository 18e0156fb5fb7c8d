"""The verbs of telling: notify, deliver, read, choose, switch off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone, translation
from django.utils.timezone import now
from wagtail.models import Site

from core.contract.channels import WritingChannel
from core.contract.errors import NotSent, Undeliverable
from core.jobs.services import enqueue

from .errors import BadLink
from .models import Delivery, Notification, Preference
from .queries import channels, kind_named, kinds, shown_to, wanted

IN_APP = "in_app"
DELIVER = "notify.deliver"
SALT = "notify.off"
LATER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
KEEP = timedelta(days=180)
LOST = "The worker was lost while it sent; it is not known whether it went out."
STATE = Delivery.State


@contextmanager
def speaking_to(member: Any) -> Iterator[None]:
    """Write words inside this: in the member's language, with the times of their clock."""
    code = member.language
    language = code if translation.check_for_language(code) else settings.LANGUAGE_CODE
    try:
        zone = ZoneInfo(member.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    with timezone.override(zone), translation.override(language):
        yield


@transaction.atomic
def notify(
    *,
    member: Any,
    site: Site,
    kind: str,
    key: str,
    title: str,
    body: str = "",
    url: str = "",
    until: datetime | None = None,
) -> Notification | None:
    """Tell ``member`` something once: a second call with ``key`` writes nothing and returns None.

    In the caller's transaction; what goes out is sent by jobs after it commits, not later than
    ``until``. ``url`` is a path on the site. Raises ``UnknownKind``.
    """
    spec = kind_named(kind, site)
    if not member.is_active:
        return None
    ways = wanted(member, spec, site)
    told = Notification(
        id=uuid4(),
        member=member,
        site=site,
        kind=kind,
        key=key,
        title=title[:255],
        body=body,
        url=url,
        until=until,
        is_shown=IN_APP in ways,
    )
    Notification.objects.bulk_create([told], ignore_conflicts=True)
    if not Notification.objects.filter(pk=told.pk).exists():
        return None
    _send_by(told, ways - {IN_APP})
    return told


def _send_by(told: Notification, ways: set[str]) -> None:
    rows = [Delivery(notification=told, channel=name) for name in sorted(ways)]
    for delivery in Delivery.objects.bulk_create(rows):
        _enqueue(delivery, told.site)


def _enqueue(delivery: Delivery, site: Site, run_after: datetime | None = None) -> None:
    enqueue(
        kind="notify.deliver",
        payload={"delivery": delivery.pk},
        site=site,
        key=f"{DELIVER}:{delivery.pk}:{delivery.tries}",
        subject=f"notification:{delivery.notification_id}",
        run_after=run_after,
    )


def deliver(delivery_id: int) -> Delivery | None:
    """Send one delivery, unless anybody has ever begun to: a killed worker never sends twice."""
    found = Delivery.objects.select_related("notification__member", "notification__site")
    delivery = found.filter(pk=delivery_id).first()
    if delivery is None:
        return None
    site = delivery.notification.site
    channel = channels(site).get(delivery.channel)
    if channel is None and delivery.state == STATE.WAITING:
        return _later(delivery, f"Nobody answers for the channel {delivery.channel}.")
    reason = _why_not(delivery)
    if reason:
        return _end(delivery, STATE.DROPPED, reason, since=(STATE.WAITING,))
    send = _prepared(delivery, channel)
    begun = Delivery.objects.filter(pk=delivery.pk, state=STATE.WAITING)
    if not begun.update(state=STATE.BEGUN, begun_at=now(), error=""):
        return _end(delivery, STATE.UNKNOWN, LOST, since=(STATE.BEGUN,))
    return _send(delivery, send)


def _prepared(delivery: Delivery, channel: Any) -> Callable[[], None]:
    """Return what sends; where its words cannot be written, nothing has begun."""
    if delivery.state != STATE.WAITING or not isinstance(channel, WritingChannel):
        return partial(channel.send, delivery)
    with speaking_to(delivery.notification.member):
        return channel.prepare(delivery)


def give_up(*, delivery_id: int, error: str) -> None:
    """Note what became of a delivery whose job failed; what was never begun is tried later."""
    delivery = Delivery.objects.select_related("notification__site").filter(pk=delivery_id).first()
    if delivery is None:
        return
    if delivery.state == STATE.WAITING:
        _later(delivery, error)
    else:
        _end(delivery, STATE.UNKNOWN, LOST)


def _why_not(delivery: Delivery) -> str:
    """Say why it is not to be sent any more, or nothing."""
    told = delivery.notification
    if not told.member.is_active:
        return "The account was closed."
    if told.until and told.until <= now():
        return "It came too late to be of use."
    kind = kinds(told.site).get(told.kind)
    if kind is None or delivery.channel not in wanted(told.member, kind, told.site):
        return "It was switched off meanwhile."
    return ""


def _send(delivery: Delivery, send: Callable[[], None]) -> Delivery:
    try:
        with speaking_to(delivery.notification.member):
            send()
    except NotSent as error:
        return _later(delivery, str(error))
    except Undeliverable as error:
        return _end(delivery, STATE.FAILED, str(error))
    Delivery.objects.filter(pk=delivery.pk).update(state=STATE.SENT, sent_at=now(), error="")
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def _later(delivery: Delivery, error: str) -> Delivery:
    if delivery.tries >= len(LATER):
        return _end(delivery, STATE.FAILED, error, since=(STATE.WAITING, STATE.BEGUN))
    wait = LATER[delivery.tries]
    delivery.tries += 1
    delivery.state, delivery.error = STATE.WAITING, error
    delivery.save(update_fields=["state", "error", "tries"])
    _enqueue(delivery, delivery.notification.site, now() + wait)
    return delivery


def _end(
    delivery: Delivery, state: str, error: str, since: tuple[str, ...] = (STATE.BEGUN,)
) -> Delivery:
    Delivery.objects.filter(pk=delivery.pk, state__in=since).update(state=state, error=error)
    delivery.refresh_from_db()
    return delivery


def mark_read(*, member: Any, site: Site, notification: UUID) -> Notification | None:
    """Note that a member has read one of their own; returns it."""
    mine = shown_to(member, site).filter(pk=notification)
    mine.filter(read_at=None).update(read_at=now())
    return mine.first()


def mark_all_read(*, member: Any, site: Site) -> int:
    """Note that a member has read all that stands at the bell; returns how many were new."""
    return shown_to(member, site).filter(read_at=None).update(read_at=now())


@transaction.atomic
def choose(*, member: Any, chosen: Mapping[tuple[str, str], bool]) -> None:
    """Keep a member's word on (kind, channel) pairs."""
    rows = [
        Preference(member=member, kind=kind, channel=channel, on=on)
        for (kind, channel), on in chosen.items()
    ]
    Preference.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["member", "kind", "channel"],
        update_fields=["on"],
    )


def off_token(*, member: Any, kind: str, channel: str) -> str:
    """Return what a link carries that switches one kind off without signing in."""
    return signing.dumps([member.pk, kind, channel], salt=SALT)


def read_off_token(token: str) -> tuple[int, str, str]:
    """Return whose, which kind and which channel; raises ``BadLink``."""
    try:
        member, kind, channel = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise BadLink("This link is not complete. Open it from the mail once more.") from None
    return member, kind, channel


def forget_old() -> int:
    """Delete what was told long ago; returns how many."""
    return Notification.objects.filter(created_at__lt=now() - KEEP).delete()[0]
