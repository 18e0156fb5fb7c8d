"""What this room answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.contract import hookimpl
from core.contract.pieces import Door, Health, HealthCheck, Schedule
from core.jobs.claims import Claim
from core.jobs.models import Job

from . import spool
from .jobs import sweep_uploads
from .models import Asset
from .services.preparation import KIND, mark_failed

WORKER = "workers.media.prepare.run"  # by name: core does not import who works for it
LEASE = timedelta(seconds=15)  # progress is written each second; a lost worker is missed soon
LITTLE_ROOM = 5 * 2**30  # bytes


def _prepare(claim: Claim) -> None:
    import_string(WORKER)(claim)


def _prepare_failed(job: Job) -> None:
    """In the transaction that fails the job: the asset says why, in the same words."""
    asset = Asset.objects.filter(pk=UUID(job.payload["asset"])).first()
    if asset is not None:
        mark_failed(asset, job.error)


def _room_for_uploads() -> Health:
    free = spool.free_bytes()
    return Health(
        ok=free > LITTLE_ROOM,
        message=_("%(free)s are free for uploads.") % {"free": filesizeformat(free)},
        remedy=_("Free space below DATA_DIR, or put DATA_DIR on a larger disk."),
    )


@hookimpl
def jobs() -> Sequence[Door]:
    return [
        Door(KIND, _prepare, queue="media", lease=LEASE, on_failed=_prepare_failed),
        Door("media.sweep_uploads", sweep_uploads),
    ]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule("media.sweep_uploads", timedelta(hours=1))]


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    return [HealthCheck("uploads", _room_for_uploads)]
