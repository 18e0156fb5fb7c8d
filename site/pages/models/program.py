"""Program, its modules and their lessons."""

from django.db import models
from wagtail.fields import StreamField

from core.media.models import Asset

from ..blocks import BODY_BLOCKS
from .base import SitePage


class Program(SitePage):
    """A course of modules with a promise."""

    promise = models.CharField(max_length=300, blank=True)
    cover = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(BODY_BLOCKS, blank=True)


class Module(SitePage):
    """A part of a program: lessons in an order."""

    cover = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(BODY_BLOCKS, blank=True)


class Lesson(SitePage):
    """One sitting: a video, what stands beside it, and what to take along."""

    video = models.ForeignKey(
        Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = StreamField(BODY_BLOCKS, blank=True)
    completes_at = models.PositiveSmallIntegerField(
        default=90
    )  # per cent really watched
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # where there is no video
