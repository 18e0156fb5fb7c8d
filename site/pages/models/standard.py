"""Help and plain pages."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from ..blocks import BodyBlock
from .base import SUMMARY_PANEL, SitePage

PLAIN_PANELS = [
    *SitePage.content_panels,
    SUMMARY_PANEL,
    FieldPanel("body"),
    *SitePage.shelf_panels,
]


class Help(SitePage):
    """The index of help articles."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    parent_page_types = ["pages.Home"]
    subpage_types = ["pages.HelpArticle"]
    content_panels = PLAIN_PANELS
    search_fields = [*SitePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("help")
        verbose_name_plural = _("help")


class HelpArticle(SitePage):
    """An answer."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    parent_page_types = ["pages.Help"]
    subpage_types: list[str] = []
    content_panels = PLAIN_PANELS
    search_fields = [*SitePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("help article")
        verbose_name_plural = _("help articles")


class Standard(SitePage):
    """A plain page: about, terms, privacy."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    parent_page_types = ["pages.Home", "pages.Standard"]
    subpage_types = ["pages.Standard"]
    content_panels = PLAIN_PANELS
    search_fields = [*SitePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
