"""What this room answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Site

from core.contract import hookimpl
from core.contract.pieces import Door, Health, HealthCheck, Schedule

from . import queries, services, walls
from .claims import Claim


def _forget(claim: Claim) -> None:
    claim.succeed(deleted=services.forget_old())


def _waiting() -> Health:
    late = queries.stuck()
    if late:
        return Health(
            ok=False,
            message=_("%(n)s jobs have waited for more than five minutes.") % {"n": late},
            remedy=_("Start a worker, or add one: `celery -A workers.app worker`."),
        )
    return Health(ok=True, message=_("Nothing waits for long."))


def _walls() -> Health:
    if walls.bubblewrap() is None:
        return Health(
            ok=False,
            message=_("Members’ files are read without walls: bubblewrap does not work here."),
            remedy=_(
                "Install the package bubblewrap, and let the kernel make user namespaces. "
                "Limits on time, memory and formats hold meanwhile."
            ),
        )
    return Health(ok=True, message=_("Members’ files are read behind walls (bubblewrap)."))


@hookimpl
def jobs() -> Sequence[Door]:
    return [Door("jobs.forget_old", _forget)]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule("jobs.forget_old", timedelta(days=1))]


@hookimpl
def enqueue_job(kind: str, payload: dict[str, Any], site_id: int | None, key: str) -> int | None:
    site = Site.objects.get(pk=site_id) if site_id else None
    return services.enqueue(kind=kind, payload=payload, site=site, key=key).pk


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    return [HealthCheck("jobs", _waiting), HealthCheck("sandbox", _walls)]
