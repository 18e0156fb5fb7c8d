"""Reads of moves: how each stands in its batch, and how far those are that go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from core.contract import ask
from core.contract.providers import Probe
from core.jobs.batches import queries as batches
from core.jobs.batches.queries import Going
from core.jobs.models import Job

from .models import Move
from .services import KIND

State = Move.State
GONE_BACK = Q(state=State.ROLLED_BACK) | Q(state=State.ENDED, flipped_at__gt=F("arrived_at"))
STANDINGS = (
    (GONE_BACK, batches.BACK),
    (Q(state=State.WAITING), batches.WAITING),
    (Q(state=State.COPYING), batches.GOING),
    (Q(state=State.FAILED), batches.FAILED),
    (Q(state=State.CANCELLED), batches.STOPPED),
)


def with_standing(moves: QuerySet[Move]) -> QuerySet[Move]:
    """Note on each move how it stands, in the words of batches."""
    known = [When(condition, then=Value(standing)) for condition, standing in STANDINGS]
    return moves.annotate(standing=Case(*known, default=Value(batches.DONE)))


def going(moves: QuerySet[Move]) -> Iterator[Going]:
    """Yield how far each is of those that go."""
    rows = list(moves.filter(state=State.COPYING).select_related("asset"))
    for move, fraction in progress_of(rows).items():
        yield Going(move.batch_id, move.size, fraction, move.began_at)


def progress_of(moves: Iterable[Move]) -> dict[Move, float]:
    """Return how far moves are that go (0..1), over all stages of their targets."""
    rows = [move for move in moves if move.state == State.COPYING]
    subjects = [f"asset:{move.asset_id}" for move in rows]
    jobs = Job.objects.filter(kind=KIND, subject__in=subjects, state__in=Job.ACTIVE)
    working = {job.payload["move"]: job for job in jobs.order_by("pk")}
    providers = {one.name: one for one in ask("video_providers")} if working else {}
    found = {}
    for move in rows:
        job = working.get(move.pk)
        found[move] = _how_far(move, job, providers.get(move.target)) if job else 0.0
    return found


def _how_far(move: Move, job: Job, provider: Any) -> float:
    """Count each stage as long as another; which is done, the one that runs tells."""
    probe = move.asset.probe
    stages = [spec.name for spec in provider.stages(Probe(**probe))] if provider and probe else []
    if job.stage not in stages:
        return job.progress
    return (stages.index(job.stage) + job.progress) / len(stages)
