"""The door behind which events are followed each minute."""

from __future__ import annotations

from core.jobs.claims import Claim

from . import changes, reminders


def follow(claim: Claim) -> None:
    """See what editors changed, give places that became free, and tell what is due."""
    changed = changes.follow_all(breathe=lambda: claim.progress(0.2))
    told = reminders.remind(breathe=lambda: claim.progress(0.5))
    claim.succeed(changed=changed, told=told)
