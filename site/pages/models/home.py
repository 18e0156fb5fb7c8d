"""The site's front page."""

from django.db import models
from wagtail.fields import StreamField

from ..blocks import BODY_BLOCKS
from .base import SitePage


class Home(SitePage):
    """What a stranger sees first, and the root of the site's tree."""

    headline = models.CharField(max_length=160, blank=True)
    promise = models.CharField(max_length=300, blank=True)
    body = StreamField(BODY_BLOCKS, blank=True)
