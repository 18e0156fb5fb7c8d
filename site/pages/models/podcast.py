"""A podcast and its episodes."""

from django.db import models
from wagtail.fields import StreamField

from core.media.models import Asset

from ..blocks import BODY_BLOCKS
from .base import SitePage


class Podcast(SitePage):
    """A show."""

    artwork = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    author = models.CharField(max_length=120, blank=True)
    body = StreamField(BODY_BLOCKS, blank=True)


class Episode(SitePage):
    """One episode, audio or video."""

    media = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    season = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField(default=1)
    body = StreamField(BODY_BLOCKS, blank=True)
