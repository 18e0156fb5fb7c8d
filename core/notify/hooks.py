"""What this room answers to the contract: its channels, and news of media."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from wagtail.models import Site

from core.contract import hookimpl
from core.contract.channels import NotificationChannel
from core.contract.pieces import Door, Health, HealthCheck, NotificationKind, Schedule
from core.jobs.queries import jobs_of
from core.media.models import Asset

from . import jobs as doors
from .channels import Bell, Mail
from .queries import Way, missed, troubled, ways
from .services import DELIVER, notify, speaking_to

FORGET = "notify.forget_old"
LEASE, JUST_NOW, LATELY = timedelta(minutes=2), timedelta(hours=1), timedelta(days=1)
NAMED = 5
PAGES = {"transcript_failed": "words"}


@hookimpl
def jobs() -> Sequence[Door]:
    return [
        Door(DELIVER, doors.deliver, queue="mail", lease=LEASE, on_failed=doors.not_delivered),
        Door(FORGET, doors.forget_old),
    ]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule(FORGET, timedelta(days=1))]


def _deliveries() -> Health:
    """Red where a channel is broken; an address that refuses its mail is named, no more."""
    moment = now()
    hour, day = moment - JUST_NOW, moment - LATELY
    found = troubled(day)
    if not found:
        return Health(ok=True, message=_("What was told in the last day went out."))
    names = ("failed", "unknown", "waiting")
    counted = _(
        "Of what was told in the last day, %(failed)d failed, of %(unknown)d it is not known "
        "whether they went out, and %(waiting)d are tried again."
    ) % {name: found.get(name, 0) for name in names}
    broken = [way for way in ways(hour, day) if way.is_broken]
    if not broken:
        return Health(
            ok=True,
            warns=True,
            message=f"{counted} {_missed(day)}",
            remedy=_("Ask them for another address; the errors of core_delivery say why."),
        )
    return Health(
        ok=False,
        message=" ".join([counted, *map(_broken, broken)]),
        remedy=_("Look at the errors of core_delivery, and at the worker of the queue mail."),
    )


def _broken(way: Way) -> str:
    facts = {"channel": way.channel, "missed": way.missed, "tried": way.tried}
    return _("“%(channel)s” missed %(missed)d of %(tried)d people lately.") % facts


def _missed(since: datetime) -> str:
    found = missed(since, NAMED + 1)
    more = ["…"] if len(found) > NAMED else []
    return _("Not reached: %(who)s.") % {"who": ", ".join([*found[:NAMED], *more])}


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    return [HealthCheck("notifications", _deliveries)]


@hookimpl
def notification_channels() -> Sequence[NotificationChannel]:
    return [Bell(), Mail()]


@hookimpl
def notification_kinds() -> Sequence[NotificationKind]:
    return [
        NotificationKind(
            "media_ready",
            _("A film of yours is ready"),
            _("When what you uploaded has been prepared."),
            channels=("in_app",),
            who="staff",
            order=900,
        ),
        NotificationKind(
            "media_failed",
            _("A film of yours failed"),
            _("When what you uploaded could not be prepared, and what to do."),
            who="staff",
            order=910,
        ),
        NotificationKind(
            "transcript_failed",
            _("The words of a film of yours were not written"),
            _("When what is said in it could not be written down, and what to do."),
            who="staff",
            order=920,
        ),
    ]


@hookimpl
def asset_ready(asset_id: str, site_id: int) -> None:
    _tell_uploader("media_ready", asset_id, site_id)


@hookimpl
def asset_failed(asset_id: str, site_id: int, reason: str) -> None:
    _tell_uploader("media_failed", asset_id, site_id, reason)


@hookimpl
def transcript_failed(asset_id: str, site_id: int, reason: str) -> None:
    _tell_uploader("transcript_failed", asset_id, site_id, reason)


def _tell_uploader(kind: str, asset_id: str, site_id: int, reason: str = "") -> None:
    """Tell whoever brought an asset in, once each preparation."""
    asset = Asset.objects.select_related("uploaded_by").filter(pk=UUID(asset_id)).first()
    if asset is None or asset.uploaded_by is None:
        return
    work = jobs_of(f"asset:{asset.pk}").values_list("pk", flat=True).first() or 0
    facts = {"title": asset.title}
    with speaking_to(asset.uploaded_by):
        words = {
            "media_ready": (_("“%(title)s” is ready") % facts, _("It plays in every quality.")),
            "media_failed": (_("“%(title)s” could not be prepared") % facts, reason),
            "transcript_failed": (_("The words of “%(title)s” were not written") % facts, reason),
        }
        title, body = words[kind]
        notify(
            member=asset.uploaded_by,
            site=Site.objects.get(pk=site_id),
            kind=kind,
            key=f"{kind}:{asset.pk}:{work}",
            title=title,
            body=body,
            url=reverse(f"media_library:{PAGES.get(kind, 'edit')}", args=[asset.pk]),
        )
