"""What this room answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from core.contract import hookimpl
from core.contract.pieces import Door, Schedule

from .viewings import forget_old

if TYPE_CHECKING:
    from core.jobs.claims import Claim


def _forget(claim: Claim) -> None:
    claim.succeed(deleted=forget_old())


@hookimpl
def jobs() -> Sequence[Door]:
    return [Door("playback.forget_viewings", _forget)]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule("playback.forget_viewings", timedelta(days=1))]
