"""Chapters: a title and where it begins, in seconds of what is played."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.media.models import Asset


class Chapter(models.Model):
    """A part of an asset, up to where the next begins."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="chapters")
    start = models.FloatField()  # seconds
    title = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "start"], name="one_chapter_a_moment"),
            models.CheckConstraint(condition=Q(start__gte=0), name="chapter_starts_in_time"),
        ]
        ordering = ["start"]

    def __str__(self) -> str:
        return self.title
