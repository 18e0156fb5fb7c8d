"""The door of this room's own work."""

from __future__ import annotations

from core.jobs.claims import Claim

from . import services


def sweep_uploads(claim: Claim) -> None:
    """Abandon what nobody resumed in time."""
    claim.succeed(abandoned=services.sweep_uploads())
