"""The job door: claim, run what stands behind the kind, record the outcome."""

from __future__ import annotations

import os
import socket
import traceback
from datetime import timedelta
from typing import Any

import structlog
from django.db import OperationalError, connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.contract import is_on, registry
from core.contract.errors import Cancelled, Later, PermanentError, StaleClaim
from core.contract.pieces import Door

from .bell import ring
from .claims import Claim, claim
from .doors import door_of, doors
from .errors import NoDoor, SandboxError
from .models import Job

log = structlog.get_logger(__name__)

BACK_OFF = (timedelta(seconds=2), timedelta(seconds=20))
OFF_AGAIN = timedelta(minutes=1)


def worker_name() -> str:
    """Who claims: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def look(job_id: int) -> Job.State | None:
    """Answer the doorbell; returns the job's new state, or None when it was not to be had."""
    job = Job.objects.filter(pk=job_id).only("kind", "site").first()
    if job is None:
        return None
    try:
        door = door_of(job.kind)
    except NoDoor as error:
        log.warning("job_without_door", job=job_id, kind=job.kind, remedy=str(error))
        return None
    if _is_off(door, job.site_id):
        _wait(job)
        return None
    taken = claim(job_id=job_id, worker=worker_name(), lease=door.lease)
    return None if taken is None else _work(taken, door)


def _is_off(door: Door, site_id: int | None) -> bool:
    """Tell whether the plugin behind a door is switched off for the job's site."""
    plugin = registry.plugin_of(door.run.__module__)
    return plugin is not None and not is_on(plugin, site_id)


def _wait(job: Job) -> None:
    """Put a job aside until its plugin is on again; no attempt is spent."""
    Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(run_after=now() + OFF_AGAIN)


def run_now(job: Job) -> Job:
    """Run a job in this process through the same doors; for tests and commands."""
    before = job.queue
    look(job.pk)
    job.refresh_from_db()
    if job.queue != before:
        look(job.pk)
        job.refresh_from_db()
    return job


def give_up(job_id: int) -> bool:
    """Fail a job whose workers were lost as often as it may be tried."""
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(pk=job_id, state=Job.State.RUNNING, lease_until__lt=now())
            .first()
        )
        if job is None:
            return False
        job.fence += 1  # a worker that still breathes publishes nothing any more
        job.save(update_fields=["fence"])
        _fail(job, _lost(job.attempt), "the lease ran out")
    return True


def _work(taken: Claim, door: Door) -> Job.State:
    with structlog.contextvars.bound_contextvars(
        job=taken.job.pk, kind=door.kind, request_id=taken.job.request_id
    ):
        log.info("job_started", attempt=taken.job.attempt)
        state = _outcome(taken, door)
        log.info("job_ended", state=state)
        return state


def _outcome(taken: Claim, door: Door) -> Job.State:
    try:
        door.run(taken)
        if taken.job.state != Job.State.SUCCEEDED:
            taken.succeed()
    except StaleClaim:
        return Job.State.RUNNING  # somebody else's by now
    except Cancelled:
        return _end(taken, Job.State.CANCELLED, "", "")
    except Later as later:
        return _put_aside(taken, later)
    except PermanentError as error:
        return _end(taken, Job.State.FAILED, str(error), traceback.format_exc())
    except Exception as error:  # the door's duty: whatever happened, the row tells it
        log.exception("job_broke")
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        return _again_or_fail(taken, error)
    finally:
        taken.tidy()
    return Job.State.SUCCEEDED


def _put_aside(taken: Claim, later: Later) -> Job.State:
    """Let a job wait for the world outside, without holding a worker or spending an attempt."""
    facts: dict[str, Any] = {"attempt": taken.job.attempt - 1, "result": taken.so_far}
    if not later.queue:
        return _queue_again(taken, timedelta(seconds=later.seconds), **facts)
    state = _queue_again(
        taken, timedelta(seconds=later.seconds), **facts, queue=later.queue, rung_at=now()
    )
    if state == Job.State.QUEUED:
        ring(taken.job.pk, later.queue)
    return state


def _again_or_fail(taken: Claim, error: Exception) -> Job.State:
    job = taken.job
    words = _worded(error)
    if job.attempt >= job.max_attempts:
        return _end(taken, Job.State.FAILED, words, traceback.format_exc())
    wait = BACK_OFF[min(job.attempt, len(BACK_OFF)) - 1]
    return _queue_again(taken, wait, error=words, detail=traceback.format_exc())


def _lost(attempts: int) -> str:
    return _(
        "The machine that worked on this stopped %(attempts)d times. "
        "Try again; if it happens again, ask the operator to look at the worker's log."
    ) % {"attempts": attempts}


def _worded(error: Exception) -> str:
    said = str(error)
    if isinstance(error, SandboxError):
        remedy = "" if error.reason == "killed" else _("Try again, or show this to the operator.")
        return f"{said} {remedy}".strip()
    return _(
        "Something unexpected went wrong: %(error)s. Try again, or show this to the operator."
    ) % {"error": said.rstrip(".") or type(error).__name__}


def _queue_again(taken: Claim, wait: timedelta, **facts: Any) -> Job.State:
    """Give a job back, to be looked at after a while."""
    facts |= {"state": Job.State.QUEUED, "run_after": now() + wait, "lease_until": None}
    try:
        with taken.fenced() as row:
            Job.objects.filter(pk=row.pk).update(**facts)
    except StaleClaim:
        return Job.State.RUNNING
    return Job.State.QUEUED


def _end(taken: Claim, state: Job.State, error: str, detail: str) -> Job.State:
    try:
        with taken.fenced() as row:
            if state == Job.State.FAILED:
                _fail(row, error, detail)
            else:
                row.state = state
                row.lease_until = None
                row.finished_at = now()
                row.save(update_fields=["state", "lease_until", "finished_at"])
    except StaleClaim:
        return Job.State.RUNNING
    return state


def _fail(job: Job, error: str, detail: str) -> None:
    """Write the failure, and let the door's owner take note in the same transaction.

    It is written too where the owner is gone, or breaks down over it.
    """
    job.state = Job.State.FAILED
    job.error = error
    job.detail = detail
    job.lease_until = None
    job.finished_at = now()
    job.save(update_fields=["state", "error", "detail", "lease_until", "finished_at"])
    door = doors().get(job.kind)
    if door is None or door.on_failed is None:
        return
    try:
        with transaction.atomic():
            door.on_failed(job)
            connection.check_constraints()  # what else would break the commit breaks here
    except OperationalError:  # a deadlock, a database that goes: the job is given up again later
        raise
    except Exception:  # the door's duty: whatever its owner does, the row tells the failure
        log.exception("failure_not_noted", job=job.pk, kind=job.kind)
