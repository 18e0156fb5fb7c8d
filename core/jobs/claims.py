"""A claim: one worker's time-limited, fenced right to do one job."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils.timezone import now

from core.contract.errors import Cancelled, StaleClaim

from . import pulse
from .doors import doors
from .models import Job

log = structlog.get_logger(__name__)

WRITE_EVERY = 1.0  # seconds between progress writes
SILENCE = timedelta(seconds=3)  # who wrote just now lives, whatever became of a session
LONG_AGO = timedelta(minutes=1)  # by the clock of any machine


def work_folder() -> Path:
    """Where claims keep their files on this machine."""
    return Path(settings.DATA_DIR) / "work"


class Claim:
    """What a door is given: the job, its payload, a folder, and the fenced verbs."""

    def __init__(self, job: Job, lease: timedelta) -> None:
        self.job = job
        self.payload: dict[str, Any] = job.payload
        self.fence = job.fence
        self.lease = lease
        self._written = 0.0
        self._held_at = time.monotonic()
        self.is_cut_off = False  # the database is away; what is not worth a failure may wait
        self._result: dict[str, Any] = dict(job.result)  # of a claim that was put aside

    @cached_property
    def folder(self) -> Path:
        """This claim's own folder, removed when the claim ends."""
        folder = work_folder() / f"job-{self.job.pk}-{self.fence}"
        folder.mkdir(parents=True)
        return folder

    @property
    def is_last(self) -> bool:
        """Tell whether this is the last attempt."""
        return self.job.attempt >= self.job.max_attempts

    def progress(self, fraction: float, stage: str = "", *, eta_seconds: int | None = None) -> None:
        """Say how far the work is (0..1) and extend the lease; written at most once a second.

        A database that is away for less than the lease does not end the work (``is_cut_off``).
        Raises ``Cancelled`` when somebody asked to stop, ``StaleClaim`` when the job has another
        worker by now.
        """
        moment = time.monotonic()
        if moment - self._written < WRITE_EVERY and stage in ("", self.job.stage):
            return
        self._written = moment
        self.job.stage = stage or self.job.stage
        try:
            self._write(min(max(fraction, 0.0), 1.0), eta_seconds)
        except (OperationalError, InterfaceError):  # the database is away: go on while we may
            if connection.in_atomic_block or moment - self._held_at > self.lease.total_seconds():
                raise
            connection.close()
            self.is_cut_off = True
        else:
            self._held_at, self.is_cut_off = moment, False

    def _write(self, fraction: float, eta_seconds: int | None) -> None:
        held = self._mine().update(
            progress=fraction,
            stage=self.job.stage,
            eta_seconds=eta_seconds,
            life=pulse.OWN.beat(),
            lease_until=now() + self.lease,
        )
        if not held:
            raise StaleClaim(f"Job {self.job.pk} has another worker now.")
        if self._mine().filter(cancel_requested=True).exists():
            raise Cancelled(f"Job {self.job.pk} was cancelled.")

    @contextmanager
    def fenced(self) -> Iterator[Job]:
        """Publish inside this: one transaction that commits only while the claim holds."""
        with transaction.atomic():
            job = self._mine().select_for_update().first()
            if job is None:
                raise StaleClaim(f"Job {self.job.pk} has another worker now.")
            yield job

    def result(self, **values: Any) -> None:
        """Keep values to be recorded with the job's success."""
        self._result |= values

    def add(self, **amounts: float) -> None:
        """Add to amounts that are recorded with the job's success."""
        for name, amount in amounts.items():
            self._result[name] = round(self._result.get(name, 0.0) + amount, 3)

    @property
    def so_far(self) -> dict[str, Any]:
        """Return what would be recorded with success now."""
        return self._result

    def succeed(self, **result: Any) -> None:
        """Record success; inside ``fenced()`` it commits together with what was published."""
        done = self._mine().update(
            state=Job.State.SUCCEEDED,
            progress=1,
            eta_seconds=None,
            lease_until=None,
            finished_at=now(),
            error="",
            detail="",
            result=self._result | result,
        )
        if not done:
            raise StaleClaim(f"Job {self.job.pk} has another worker now.")
        self.job.state = Job.State.SUCCEEDED

    def tidy(self) -> None:
        """Remove the claim's folder."""
        if "folder" in self.__dict__:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, fence=self.fence, state=Job.State.RUNNING)


def claim(*, job_id: int, worker: str, lease: timedelta) -> Claim | None:
    """Take a job that waits, or whose worker has gone; None when it is not to be had."""
    life, moment = pulse.OWN.beat(), now()
    waiting = Q(state=Job.State.QUEUED) & (Q(run_after=None) | Q(run_after__lte=moment))
    orphaned = Q(state=Job.State.RUNNING, lease_until__lt=moment)
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(waiting | orphaned, pk=job_id, attempt__lt=F("max_attempts"))
            .first()
        )
        if job is None:
            return None
        job.state = Job.State.RUNNING
        job.attempt += 1
        job.fence += 1
        job.worker = worker
        job.life = life
        job.lease_until = moment + lease
        job.started_at = job.started_at or moment
        job.error = job.detail = ""
        job.save(
            update_fields=[
                "state",
                "attempt",
                "fence",
                "worker",
                "life",
                "lease_until",
                "started_at",
                "error",
                "detail",
            ]
        )
    return Claim(job, lease)


def end_leases_of_the_dead() -> int:
    """End the lease of each claim whose process has gone; returns how many.

    A claim without a sign of life (behind a pool of connections) is left to its lease.
    """
    running = Job.objects.filter(state=Job.State.RUNNING, lease_until__gte=now())
    claimed = list(running.exclude(life=None))  # before the look at who lives: no lock comes late
    if not claimed or not pulse.can_tell():
        return 0
    held = pulse.held()
    return sum(_end_lease(job) for job in claimed if job.life not in held and _is_silent(job))


def _is_silent(job: Job) -> bool:
    door = doors().get(job.kind)
    last = job.lease_until - door.lease if door and job.lease_until else now()
    return now() - last > SILENCE


def _end_lease(job: Job) -> int:
    log.warning("worker_died", job=job.pk, kind=job.kind, worker=job.worker)
    same = Job.objects.filter(pk=job.pk, fence=job.fence, life=job.life, state=Job.State.RUNNING)
    return same.update(lease_until=now() - LONG_AGO, rung_at=None)


def tidy_folders() -> int:
    """Remove folders of claims that no longer hold; returns how many."""
    removed = 0
    for folder in work_folder().glob("job-*-*"):
        number, fence = folder.name.removeprefix("job-").split("-")
        held = Job.objects.filter(pk=number, fence=fence, state=Job.State.RUNNING)
        if not held.exists():
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed
