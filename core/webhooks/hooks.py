"""What this room answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from core.contract import hookimpl
from core.contract.pieces import Door, Schedule

from .services import HANDLE, handle, note_failure, sweep


@hookimpl
def jobs() -> Sequence[Door]:
    return [
        Door(HANDLE, _handle, on_failed=_failed),
        Door("webhooks.sweep", _sweep),
    ]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule("webhooks.sweep", every=timedelta(days=1))]


def _handle(claim: Any) -> None:
    handle(claim.payload["receipt"])


def _failed(job: Any) -> None:
    note_failure(job.payload["receipt"], job.error)


def _sweep(claim: Any) -> None:
    claim.succeed(deleted=sweep())
