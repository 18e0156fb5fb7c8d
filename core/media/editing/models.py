"""The versions of an asset: what of which file plays, played before, is prepared; what waits."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.media.models import Asset
from core.storage.models import StoredObject


class Edition(models.Model):
    """One version of an asset: ranges of one original, prepared beside the one that plays."""

    class Cause(models.TextChoices):
        FIRST = "first", "As it was uploaded"
        CUT = "cut", "Cut"
        REPLACED = "replaced", "File replaced"

    class State(models.TextChoices):
        PREPARING = "preparing", "Being prepared"
        PLAYING = "playing", "Playing"
        KEPT = "kept", "Kept"  # a former one whose streams are still here
        ENDED = "ended", "Put away"  # a former one; prepared again if somebody goes back
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()  # 0 is what was uploaded first
    cause = models.CharField(max_length=8, choices=Cause.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PREPARING)
    error = models.TextField(blank=True)
    original = models.ForeignKey(
        StoredObject, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file_name = models.CharField(max_length=255, blank=True)
    kept = models.JSONField(default=list)  # [[start, end), …] of the original; none: all of it
    line = models.JSONField(default=list)  # [start, end, at]: the first original's seconds here
    facts = models.JSONField(default=dict)  # duration, width, height, probe, provider …
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    flipped_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "number"], name="one_edition_a_number"),
            models.UniqueConstraint(
                fields=["asset"],
                condition=models.Q(state="preparing"),
                name="one_edition_prepared_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["asset"], condition=models.Q(state="playing"), name="one_edition_plays"
            ),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.asset_id} edition {self.number}"


class EditionPart(models.Model):
    """What was made of an edition that does not play: its bytes wait, or are read out."""

    class Role(models.TextChoices):
        RENDITION = "rendition", "Rendition"
        STORYBOARD = "storyboard", "Preview pictures"
        WAVEFORM = "waveform", "Picture of the sound"
        STILL = "still", "Frame for a poster"

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="parts")
    role = models.CharField(max_length=10, choices=Role.choices)
    name = models.CharField(max_length=40)
    object = models.ForeignKey(
        StoredObject, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    facts = models.JSONField(default=dict)  # the other columns of the row it stands for

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "role", "name"], name="one_part_a_name_and_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.role} {self.name}"


class Dropped(models.Model):
    """What a cut left no place for: it waits with the edition it was in, in that one's seconds."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="dropped")
    kind = models.CharField(max_length=20)  # an anchor's own word
    second = models.FloatField()  # where it belongs; it comes back when this plays again
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.edition_id} {self.kind} at {self.second}"
