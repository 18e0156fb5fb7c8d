"""Doors of this room's jobs."""

from __future__ import annotations

from core.jobs.claims import Claim

from . import services


def deliver(claim: Claim) -> None:
    """Send one delivery."""
    delivery = services.deliver(claim.payload["delivery"])
    claim.succeed(state=delivery.state if delivery else "gone")


def forget_old(claim: Claim) -> None:
    """Delete what was told long ago."""
    claim.succeed(deleted=services.forget_old())
