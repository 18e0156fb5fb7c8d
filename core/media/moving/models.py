"""An asset on its way from one video provider to another."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.jobs.batches.models import Part
from core.media.models import Asset


class Move(Part):
    """Copied, verified, flipped by one update, kept for days, let go."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        COPYING = "copying", "Copying"
        MOVED = "moved", "Moved"  # the target plays; the source is kept for a while
        ROLLED_BACK = "rolled_back", "Rolled back"  # the source plays; the target is kept
        ENDED = "ended", "Ended"  # what did not play any more is gone
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    ACTIVE = (State.WAITING, State.COPYING)
    GIVEN_UP = (State.FAILED, State.CANCELLED)
    KEPT = (State.MOVED, State.ROLLED_BACK)

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="moves")
    source = models.CharField(max_length=80)
    target = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    error = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    flipped_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asset"],
                condition=Q(state__in=["waiting", "copying"]),
                name="one_active_move_an_asset",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
