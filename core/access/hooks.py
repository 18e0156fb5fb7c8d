"""What this room answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.contract import hookimpl
from core.contract.pieces import Door, Schedule
from core.jobs.claims import Claim

from .feeds import services as feeds


def _forget_visits(claim: Claim) -> None:
    claim.succeed(deleted=feeds.forget_visits())


@hookimpl
def jobs() -> Sequence[Door]:
    return [Door("access.forget_visits", _forget_visits)]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule("access.forget_visits", timedelta(days=1))]
