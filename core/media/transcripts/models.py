"""Transcripts, their versions, what an editor has not saved yet, and what was heard so far."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.media.models import Asset


class Transcript(models.Model):
    """The words of an asset in one language; ``current`` is the version that counts."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="transcripts")
    language = models.CharField(max_length=35)  # BCP 47: "en", "pt-BR"
    current = models.ForeignKey(
        "TranscriptVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_published = models.BooleanField(default=True)  # members see it
    is_default = models.BooleanField(default=False)  # the one a player shows first
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "language"], name="one_transcript_a_language"),
            models.UniqueConstraint(
                fields=["asset"], condition=Q(is_default=True), name="one_default_transcript"
            ),
        ]
        ordering = ["-is_default", "language"]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.language}"


class TranscriptVersion(models.Model):
    """One state of a transcript; written once, never changed."""

    class Origin(models.TextChoices):
        HEARD = "heard", "Written by a transcriber"
        UPLOADED = "uploaded", "Uploaded"
        EDITED = "edited", "Edited"
        RESTORED = "restored", "Restored"
        MOVED = "moved", "Moved with the film"
        DRAFT = "draft", "Draft that was not saved"

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=8, choices=Origin.choices)
    note = models.CharField(max_length=200, blank=True)  # who heard it, which file, which version
    cues = models.JSONField(default=list)  # core.media.transcripts.cues.Cue
    edition = models.PositiveIntegerField(null=True)  # whose seconds they are in; None: unknown
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transcript", "number"], name="one_version_a_number"),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.transcript_id} v{self.number}"


class TranscriptDraft(models.Model):
    """What one editor has typed since ``base`` and not saved; kept, so that nothing is lost."""

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    base = models.ForeignKey(TranscriptVersion, on_delete=models.CASCADE, related_name="+")
    cues = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transcript", "author"], name="one_draft_an_editor"),
        ]

    def __str__(self) -> str:
        return f"{self.transcript_id} by {self.author_id}"


class HeardPiece(models.Model):
    """What a transcriber heard in one piece of a sound; kept until the whole is written."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="heard_pieces")
    key = models.CharField(
        max_length=64
    )  # of the sound, the language asked for and the transcriber
    start = models.FloatField()  # seconds
    end = models.FloatField()
    heard = models.JSONField()  # core.contract.providers.Heard as a dict
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "key", "start"], name="one_piece_heard_once"),
        ]
        ordering = ["start"]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.start:g}-{self.end:g}"
