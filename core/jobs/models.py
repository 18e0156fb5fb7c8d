"""The job row: the truth about one piece of work."""

import uuid

from django.db import models
from django.db.models import Q
from wagtail.models import Site


class Job(models.Model):
    """One piece of work; Celery only carries its number."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    ACTIVE = (State.QUEUED, State.RUNNING)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=80)  # a door's name: "media.prepare"
    queue = models.CharField(max_length=40)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.CASCADE)
    subject = models.CharField(max_length=120, blank=True)  # what it is about: "asset:<uuid>"
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=200, blank=True)  # at most one active job a key

    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    fence = models.PositiveIntegerField(default=0)  # grows with each claim; a stale one is void
    worker = models.CharField(max_length=120, blank=True)
    life = models.BigIntegerField(null=True, blank=True)  # the lock its process holds: pulse.py
    lease_until = models.DateTimeField(null=True, blank=True)
    run_after = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField(null=True, blank=True)  # when Celery was last told
    cancel_requested = models.BooleanField(default=False)

    stage = models.CharField(max_length=80, blank=True)
    progress = models.FloatField(default=0)  # 0..1
    eta_seconds = models.PositiveIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)  # in plain words, for an editor
    detail = models.TextField(blank=True)  # the traceback, for an operator
    result = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=~Q(key="") & Q(state__in=["queued", "running"]),
                name="one_active_job_a_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lease_until"],
                condition=Q(state="running"),
                name="job_running_lease",
            ),
            models.Index(
                fields=["run_after", "id"],
                condition=Q(state="queued"),
                name="job_queued",
            ),
            models.Index(fields=["subject", "-id"], name="job_subject"),
            models.Index(fields=["kind", "-created_at"], name="job_kind_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
