"""The verbs of durable work: enqueue, cancel, retry, sweep."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Any

import structlog
from django.db import OperationalError, transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils.timezone import now
from wagtail.models import Site

from core.contract import ask
from core.contract.pieces import Schedule

from .bell import lying, ring
from .claims import end_leases_of_the_dead
from .doors import door_of
from .errors import NoDoor
from .models import Job
from .runner import give_up, run_now

__all__ = [
    "cancel",
    "cancel_waiting",
    "enqueue",
    "enqueue_due",
    "forget_old",
    "hold",
    "retry",
    "run_now",
    "sweep",
    "wake",
]

log = structlog.get_logger(__name__)

RING_AGAIN = timedelta(seconds=10)
RING_AT_ONCE = 500  # for what nobody was told of, and for each queue that lost bells
KEEP_FINISHED = timedelta(days=30)


def enqueue(
    *,
    kind: str,
    payload: dict[str, Any] | None = None,
    site: Site | None = None,
    key: str = "",
    subject: str = "",
    run_after: datetime | None = None,
) -> Job:
    """Write a job in the caller's transaction; the doorbell rings after it commits.

    An active job with the same ``key`` is returned instead of a second one. Raises ``NoDoor``
    when nobody does this kind.
    """
    door = door_of(kind)
    fields = {
        "kind": kind,
        "payload": payload or {},
        "site": site,
        "key": key,
        "subject": subject,
        "run_after": run_after,
        "queue": door.queue,
        "max_attempts": door.max_attempts,
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
        "rung_at": now(),
    }
    job = _create_once(fields) if key else Job.objects.create(**fields)
    if run_after is None:
        transaction.on_commit(partial(ring, job.pk, job.queue))
    return job


def _create_once(fields: dict[str, Any]) -> Job:
    """Insert, or return the active job that has the key; the unique index decides races."""
    Job.objects.bulk_create([Job(**fields)], ignore_conflicts=True)
    active = Job.objects.filter(key=fields["key"], state__in=Job.ACTIVE).first()
    if active is None:  # it ended between the insert and the look: the key is free again
        return Job.objects.create(**fields)
    return active


def cancel(job: Job) -> None:
    """Ask a job to stop; one that has not begun stops at once."""
    if not cancel_waiting(Job.objects.filter(pk=job.pk)):
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)


def cancel_waiting(jobs: QuerySet[Job]) -> int:
    """Stop those that have not begun; returns how many."""
    return jobs.filter(state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, finished_at=now(), cancel_requested=True
    )


def hold(subject: str) -> None:
    """Lock a subject's jobs until the transaction ends: none of them publishes meanwhile."""
    list(Job.objects.select_for_update().filter(subject=subject).order_by("pk"))


def wake(key: str) -> bool:
    """Look now at the job with this key that was put aside; False where none waits.

    One that runs at this moment is not reached: whoever raises ``Later`` looks again by itself.
    """
    with transaction.atomic():
        waiting = Job.objects.select_for_update().filter(key=key, state=Job.State.QUEUED).first()
        if waiting is None:
            return False
        Job.objects.filter(pk=waiting.pk).update(run_after=None, rung_at=now())
        transaction.on_commit(partial(ring, waiting.pk, waiting.queue))
    return True


def retry(job: Job) -> Job:
    """Begin an ended job anew, as a new row, so that its history stays."""
    site = Site.objects.get(pk=job.site_id) if job.site_id else None
    return enqueue(kind=job.kind, payload=job.payload, site=site, key=job.key, subject=job.subject)


def sweep() -> dict[str, int]:
    """Ring for what waits unheard, and for what lost its worker; give up what is used up."""
    end_leases_of_the_dead()
    moment = now()
    lost = Q(state=Job.State.RUNNING, lease_until__lt=moment)
    used_up = Job.objects.filter(lost, attempt__gte=F("max_attempts"))
    given_up = sum(_give_up(job_id) for job_id in used_up.values_list("pk", flat=True))
    due = Q(state=Job.State.QUEUED) & (Q(run_after=None) | Q(run_after__lte=moment))
    orphaned = lost & Q(attempt__lt=F("max_attempts"))
    rung = _ring_again(Job.objects.filter(due | orphaned), moment)
    if rung or given_up:
        log.info("jobs_swept", rung=rung, given_up=given_up)
    return {"rung": rung, "given_up": given_up}


def _ring_again(waiting: QuerySet[Job], moment: datetime) -> int:
    """Ring for what nobody was told of since it can be done, and make up for bells that were lost.

    Which these are nobody knows. So every queue gets as many as it has fewer bells than jobs that
    wait, for those first whose bell rang longest ago: a list that nobody empties grows no longer.
    """
    untold = (
        Q(rung_at=None)
        | Q(run_after__gt=F("rung_at"))
        | Q(state=Job.State.RUNNING, lease_until__gte=F("rung_at"))
    )
    quiet = waiting.filter(rung_at__lt=moment - RING_AGAIN)
    rung = _ring(waiting.filter(untold).order_by("id"), moment)
    for queue in quiet.order_by("queue").values_list("queue", flat=True).distinct():
        bells = lying(queue)
        short = waiting.filter(queue=queue).count() - bells if bells is not None else RING_AT_ONCE
        if short > 0:
            rung += _ring(quiet.filter(queue=queue).order_by("rung_at", "id")[:short], moment)
    return rung


def _ring(jobs: QuerySet[Job], moment: datetime) -> int:
    """Ring for so many of these as a sweep may, until one cannot be told: Redis is away."""
    rows = jobs.values_list("pk", "queue")[:RING_AT_ONCE]
    told = [pk for pk, _queue in takewhile(lambda row: ring(*row), rows)]
    Job.objects.filter(pk__in=told).update(rung_at=moment)
    return len(told)


def _give_up(job_id: int) -> bool:
    """Give up one; what cannot be written now stands in nobody's way and comes again."""
    try:
        return give_up(job_id)
    except OperationalError as error:
        log.warning("job_not_given_up", job=job_id, reason=str(error))
        return False


def enqueue_due() -> int:
    """Enqueue every schedule whose last job is older than its period; returns how many."""
    schedules = ask("schedules")
    newest = dict(
        Job.objects.filter(kind__in={schedule.kind for schedule in schedules})
        .values("kind")
        .annotate(newest=Max("created_at"))
        .values_list("kind", "newest")
    )
    due = [
        schedule
        for schedule in schedules
        if schedule.kind not in newest or newest[schedule.kind] + schedule.every <= now()
    ]
    return sum(_enqueue_scheduled(schedule) for schedule in due)


def _enqueue_scheduled(schedule: Schedule) -> bool:
    """Enqueue one; what a plugin got wrong about its own stops nobody else's."""
    payload, key = schedule.payload, f"schedule:{schedule.kind}"
    try:
        with transaction.atomic():
            enqueue(kind=schedule.kind, payload=dict(payload), key=key)
    except (NoDoor, TypeError, ValueError) as error:
        log.warning("schedule_not_enqueued", kind=schedule.kind, reason=str(error))
        return False
    return True


def forget_old(*, keep: timedelta = KEEP_FINISHED) -> int:
    """Delete jobs that ended well long ago; failed ones stay for whoever looks into them."""
    ended = Job.objects.filter(
        state__in=[Job.State.SUCCEEDED, Job.State.CANCELLED], finished_at__lt=now() - keep
    )
    return ended.delete()[0]
