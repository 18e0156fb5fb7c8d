"""What every page has beside its own fields."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.models import Page
from wagtail.search import index

from ..admin.forms import SitePageForm
from ..admin.panels import SiteTitlePanel
from ..screen import context_of
from .preview import PersonaPreviews
from .taxonomy import Category, PageTag

SUMMARY_PANEL = FieldPanel("summary", widget=AdminAutoHeightTextInput)


class SitePage(PersonaPreviews, Page):
    """Abstract: summary, tags, categories and a picture for sharing."""

    summary = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences, shown on cards and in search results."),
    )
    social_image = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("social image"),
        help_text=_("Shown when the page is shared; 1200 × 630 pixels fit everywhere."),
    )
    tags = ClusterTaggableManager(through=PageTag, blank=True)
    categories = ParentalManyToManyField(
        Category, blank=True, related_name="+", verbose_name=_("categories")
    )

    base_form_class = SitePageForm

    search_fields = [
        *Page.search_fields,
        index.SearchField("summary", boost=2),
        index.RelatedFields("tags", [index.SearchField("name", boost=3)]),
        index.RelatedFields("categories", [index.SearchField("name")]),
    ]

    content_panels = [SiteTitlePanel("title")]
    shelf_panels = [
        MultiFieldPanel(
            [FieldPanel("tags"), FieldPanel("categories")],
            heading=_("Tags and categories"),
            classname="collapsed",
        ),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("For search engines"),
        ),
        MultiFieldPanel([FieldPanel("social_image")], heading=_("When it is shared")),
        MultiFieldPanel([FieldPanel("show_in_menus")], heading=_("For menus")),
    ]

    class Meta:
        abstract = True

    def get_template(self, request, *args, **kwargs):
        return f"pages/{self._meta.model_name}.html"

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | context_of(request, self)
