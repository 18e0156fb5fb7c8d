"""Doors of this room's jobs."""

from __future__ import annotations

from core.jobs.claims import Claim
from core.jobs.models import Job

from . import services


def deliver(claim: Claim) -> None:
    """Send one delivery."""
    delivery = services.deliver(claim.payload["delivery"])
    claim.succeed(state=delivery.state if delivery else "gone")


def not_delivered(job: Job) -> None:
    """Note on the delivery that its job failed."""
    services.give_up(delivery_id=job.payload["delivery"], error=job.error)


def forget_old(claim: Claim) -> None:
    """Delete what was told long ago."""
    claim.succeed(deleted=services.forget_old())
