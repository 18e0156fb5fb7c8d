"""What Celery can be told: to look at a job, to tick, and to hear."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from celery import shared_task
from celery.signals import worker_ready

from core.jobs import claims, runner, services
from core.storage import copies

from . import ears

__all__ = ["ears", "hear", "look", "tick"]


@shared_task(name="lectern.look")
def look(job_id: int) -> None:
    """Look at one job; the row says whether there is anything to do."""
    runner.look(job_id)


@shared_task(name="lectern.tick")
def tick() -> None:
    """Ring for forgotten jobs, enqueue due schedules, remove what claims and jobs left behind."""
    _each(services.sweep, services.enqueue_due, claims.tidy_folders, copies.tidy)


def _each(*parts: Callable[[], object]) -> None:
    """Do one after the other, the rest too where one breaks down; then say so."""
    with ExitStack() as stack:
        for part in reversed(parts):
            stack.callback(part)


@shared_task(name="lectern.hear")
def hear() -> None:
    """Nothing: a worker calls itself to know that it hears."""


@worker_ready.connect
def _look_around(**_: object) -> None:
    """Whoever starts this worker anew waits for no tick."""
    _each(services.sweep, claims.tidy_folders, copies.tidy)
