"""A podcast and its episodes."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.media.models import Asset

from ..blocks import BodyBlock
from .base import SUMMARY_PANEL, SitePage


class Podcast(SitePage):
    """A show."""

    artwork = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("artwork"),
        help_text=_("Square, at least 1400 × 1400 pixels."),
    )
    author = models.CharField(_("author"), max_length=120, blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    parent_page_types = ["pages.Home"]
    subpage_types = ["pages.Episode"]
    content_panels = [
        *SitePage.content_panels,
        SUMMARY_PANEL,
        FieldPanel("author"),
        FieldPanel("artwork"),
        FieldPanel("body"),
        *SitePage.shelf_panels,
    ]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("author"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("podcast")
        verbose_name_plural = _("podcasts")


class Episode(SitePage):
    """One episode, audio or video."""

    media = models.ForeignKey(
        Asset,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("media"),
    )
    season = models.PositiveSmallIntegerField(
        _("season"), default=1, validators=[MinValueValidator(1)]
    )
    number = models.PositiveSmallIntegerField(
        _("number"), default=1, validators=[MinValueValidator(1)]
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("show notes"))
    allows_download = models.BooleanField(
        _("the episode may be downloaded"),
        default=False,
        help_text=_("Members get a button that saves the original file."),
    )

    shown_with = ("media",)
    parent_page_types = ["pages.Podcast"]
    subpage_types: list[str] = []
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("media"),
        FieldRowPanel([FieldPanel("season"), FieldPanel("number")]),
        FieldPanel("allows_download"),
        SUMMARY_PANEL,
        FieldPanel("body"),
        *SitePage.shelf_panels,
    ]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
