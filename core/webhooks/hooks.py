"""What this room answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.contract import hookimpl
from core.contract.pieces import Door, Health, HealthCheck, Schedule

from .models import Receipt
from .services import HANDLE, handle, note_failure, sweep

LATELY = timedelta(days=7)


@hookimpl
def jobs() -> Sequence[Door]:
    return [
        Door(HANDLE, _handle, on_failed=_failed),
        Door("webhooks.sweep", _sweep),
    ]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule("webhooks.sweep", every=timedelta(days=1))]


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    return [HealthCheck("webhooks", _events)]


def _events() -> Health:
    """Warn of events whose effect is not there: nobody sends them again."""
    failed = Receipt.objects.filter(state=Receipt.State.FAILED, handled_at__gte=now() - LATELY)
    senders = list(failed.order_by("provider").values_list("provider", flat=True))
    if not senders:
        return Health(ok=True, message=_("What outside services told in the last week was done."))
    counted = ngettext(
        "%(n)d event of the last week failed, of: %(who)s.",
        "%(n)d events of the last week failed, of: %(who)s.",
        len(senders),
    )
    return Health(
        ok=True,
        warns=True,
        message=counted % {"n": len(senders), "who": ", ".join(dict.fromkeys(senders))},
        remedy=_(
            "`manage.py webhooks list --failed` says why; "
            "`manage.py webhooks replay <number>` handles one again."
        ),
    )


def _handle(claim: Any) -> None:
    handle(claim.payload["receipt"])


def _failed(job: Any) -> None:
    note_failure(job.payload["receipt"], job.error)


def _sweep(claim: Any) -> None:
    claim.succeed(deleted=sweep())
