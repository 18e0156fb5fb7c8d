"""The verbs of many moves at once: each may be pressed twice, and does what is left to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from core.jobs.models import Job
from core.jobs.services import cancel_waiting

from . import services
from .models import Move
from .services import KIND, CannotMove


@dataclass(slots=True)
class Outcome:
    """How many did what was asked, and why others did not."""

    done: int = 0
    refused: list[CannotMove] = field(default_factory=list)


def stoppable(moves: QuerySet[Move]) -> QuerySet[Move]:
    """Return those that wait or go."""
    return moves.filter(state__in=Move.ACTIVE)


def retryable(moves: QuerySet[Move]) -> QuerySet[Move]:
    """Return those that failed and whose asset has not arrived by another move since."""
    return moves.filter(state=Move.State.FAILED).exclude(asset__provider=F("target"))


def resumable(moves: QuerySet[Move]) -> QuerySet[Move]:
    """Return those that were stopped and whose asset has not arrived by another move since."""
    return moves.filter(state=Move.State.CANCELLED).exclude(asset__provider=F("target"))


def returnable(moves: QuerySet[Move]) -> QuerySet[Move]:
    """Return those whose former place is still kept, and which still play where they went."""
    return moves.filter(state=Move.State.MOVED, asset__provider=F("target"))


def stop_all(moves: QuerySet[Move]) -> Outcome:
    """Stop what waits or goes; what has arrived stays where it is."""
    chosen = list(stoppable(moves).order_by("pk"))
    _hold_back(chosen)
    for move in chosen:
        services.stop(move)
    still = Move.objects.filter(pk__in=[one.pk for one in chosen], state=Move.State.CANCELLED)
    return Outcome(still.count())


def _hold_back(moves: list[Move]) -> None:
    """Let nothing begin while others are being stopped."""
    jobs = Job.objects.filter(
        kind=KIND,
        subject__in=[f"asset:{move.asset_id}" for move in moves],
        payload__move__in=[move.pk for move in moves],
    )
    cancel_waiting(jobs)


def retry_failed(moves: QuerySet[Move]) -> Outcome:
    """Try once more what failed."""
    return _each(retryable(moves), services.take_up)


def go_on(moves: QuerySet[Move]) -> Outcome:
    """Let what was stopped begin anew."""
    return _each(resumable(moves), services.take_up)


def go_back_all(moves: QuerySet[Move]) -> Outcome:
    """Let the former place play again wherever it is still kept."""
    return _each(returnable(moves), _roll_back)


def _roll_back(move: Move) -> bool:
    services.roll_back(move)
    return True


def _each(moves: QuerySet[Move], verb: Callable[[Move], bool]) -> Outcome:
    outcome = Outcome()
    for move in list(moves.order_by("pk")):
        try:
            outcome.done += verb(move)
        except CannotMove as refusal:
            outcome.refused.append(refusal)
    return outcome
