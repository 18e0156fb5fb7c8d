"""Reads of the job table worth a name."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, QuerySet
from django.utils.timezone import now

from .models import Job


def jobs_of(subject: str) -> QuerySet[Job]:
    """The jobs about one thing, newest first."""
    return Job.objects.filter(subject=subject).order_by("-id")


def active_job(subject: str, kind: str = "") -> Job | None:
    """The job (of a kind) that waits or runs for one thing, if any."""
    rows = jobs_of(subject).filter(state__in=Job.ACTIVE)
    return (rows.filter(kind=kind) if kind else rows).first()


def is_held_up(job: Job) -> bool:
    """Tell whether an older job of this kind still works on the same thing."""
    older = Job.objects.filter(kind=job.kind, subject=job.subject, pk__lt=job.pk)
    return older.filter(state=Job.State.RUNNING).exists()


def depth() -> dict[str, int]:
    """How many jobs wait or run, by queue."""
    rows = Job.objects.filter(state__in=Job.ACTIVE).values("queue").annotate(n=Count("id"))
    return {row["queue"]: row["n"] for row in rows.order_by("queue")}


def stuck(*, after: timedelta = timedelta(minutes=5)) -> int:
    """How many jobs that are due have waited longer than ``after``."""
    due = Job.objects.filter(state=Job.State.QUEUED, created_at__lt=now() - after)
    return due.exclude(run_after__gt=now() - after).count()
