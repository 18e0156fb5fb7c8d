"""The site's front page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.media.models import Asset

from ..blocks import BodyBlock
from .base import SUMMARY_PANEL, SitePage


class Home(SitePage):
    """What a stranger sees first, and the root of the site's tree."""

    headline = models.CharField(_("headline"), max_length=160, blank=True)
    promise = models.CharField(
        _("promise"), max_length=300, blank=True, help_text=_("What changes for who joins.")
    )
    cover = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("cover"),
    )
    trailer = models.ForeignKey(
        Asset,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("trailer"),
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "pages.Program",
        "pages.Podcast",
        "pages.Coaching",
        "pages.Help",
        "pages.Standard",
    ]
    content_panels = [
        *SitePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("headline"),
                FieldPanel("promise"),
                FieldPanel("cover"),
                FieldPanel("trailer"),
            ],
            heading=_("First screen"),
        ),
        SUMMARY_PANEL,
        FieldPanel("body"),
        *SitePage.shelf_panels,
    ]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("headline"),
        index.SearchField("promise"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("home")
        verbose_name_plural = _("homes")
