"""Coaching and its events."""

from django.db import models
from wagtail.fields import StreamField

from core.media.models import Asset

from ..blocks import BODY_BLOCKS
from .base import SitePage


class Coaching(SitePage):
    """The index of events, upcoming and past."""

    body = StreamField(BODY_BLOCKS, blank=True)


class Event(SitePage):
    """A live session at a time, and its replay afterwards."""

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    timezone = models.CharField(max_length=64, default="UTC")  # where it is announced
    host = models.CharField(max_length=120, blank=True)
    join_url = models.URLField(blank=True)  # shown to entitled members near the start
    replay = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = StreamField(BODY_BLOCKS, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="event_ends_after_it_starts",
            ),
        ]
