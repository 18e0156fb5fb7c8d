"""A podcast and its episodes."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.media.models import Asset

from ..admin.podcasts.forms import EpisodeForm, PodcastForm
from ..blocks import BodyBlock, PersonsBlock
from ..podcasts.categories import choices
from .base import SUMMARY_PANEL, SitePage
from .spoken import SpokenText

LANGUAGE = RegexValidator(
    r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", _("Write a language as en, de or pt-BR.")
)


class Podcast(SitePage):
    """A show."""

    class Kind(models.TextChoices):
        EPISODIC = "episodic", _("Each episode stands alone: the latest first")
        SERIAL = "serial", _("Episodes build on each other: the first first")

    artwork = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("artwork"),
        help_text=_("Square, from 1400 × 1400 to 3000 × 3000 pixels: podcast apps ask for it."),
    )
    author = models.CharField(_("author"), max_length=120, blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))
    persons = StreamField(PersonsBlock(), blank=True, verbose_name=_("who speaks"))
    kind = models.CharField(_("order"), max_length=8, choices=Kind.choices, default=Kind.EPISODIC)
    language = models.CharField(_("language"), max_length=35, default="en", validators=[LANGUAGE])
    category = models.CharField(
        _("category"), max_length=80, blank=True, default="Education", choices=choices()
    )
    is_explicit = models.BooleanField(_("not for children"), default=False)
    owner_email = models.EmailField(
        _("address for directories"),
        blank=True,
        help_text=_("Directories write here to learn that the show is yours. It stands in the "
                    "public feed only."),
    )  # fmt: skip
    opens_first = models.PositiveSmallIntegerField(
        _("first episode after days"),
        default=0,
        validators=[MaxValueValidator(3650)],
        help_text=_("0 opens the first episode on the day a member joins."),
    )
    opens_every = models.PositiveSmallIntegerField(
        _("one more every days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Each member hears the show from the beginning, counted from the day they "
                    "joined. Leave empty to open everything at once."),
    )  # fmt: skip
    guid = models.UUIDField(default=uuid.uuid4, editable=False)  # the show's in every directory
    imported_from = models.URLField(max_length=1000, blank=True, editable=False)

    base_form_class = PodcastForm
    exclude_fields_in_copy = ["guid", "imported_from"]
    parent_page_types = ["pages.Home"]
    subpage_types = ["pages.Episode"]
    content_panels = [
        *SitePage.content_panels,
        SUMMARY_PANEL,
        FieldPanel("author"),
        FieldPanel("artwork"),
        FieldPanel("persons"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("kind"),
                FieldRowPanel([FieldPanel("opens_first"), FieldPanel("opens_every")]),
            ],
            heading=_("Order, and what opens when"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("category"), FieldPanel("language")]),
                FieldPanel("owner_email"),
                FieldPanel("is_explicit"),
            ],
            heading=_("For podcast apps"),
            classname="collapsed",
        ),
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


class Episode(SpokenText, SitePage):
    """One episode, audio or video."""

    class Kind(models.TextChoices):
        FULL = "full", _("Episode")
        TRAILER = "trailer", _("Trailer")
        BONUS = "bonus", _("Bonus")

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
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices, default=Kind.FULL)
    artwork = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("artwork"),
        help_text=_("Square, from 1400 × 1400 to 3000 × 3000 pixels; else the show's is used."),
    )
    persons = StreamField(PersonsBlock(), blank=True, verbose_name=_("who speaks"))
    is_explicit = models.BooleanField(_("not for children"), default=False, db_default=False)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("show notes"))
    allows_download = models.BooleanField(
        _("the episode may be downloaded"),
        default=False,
        help_text=_("Members get a button that saves it as one file, without what was cut."),
    )
    guid = models.CharField(max_length=500, blank=True, editable=False)  # an imported feed's own

    base_form_class = EpisodeForm
    exclude_fields_in_copy = ["guid"]
    shown_with = ("media",)
    parent_page_types = ["pages.Podcast"]
    subpage_types: list[str] = []
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("media"),
        FieldRowPanel([FieldPanel("season"), FieldPanel("number"), FieldPanel("kind")]),
        SUMMARY_PANEL,
        FieldPanel("body"),
        FieldPanel("persons"),
        FieldPanel("artwork"),
        FieldPanel("is_explicit"),
        FieldPanel("allows_download"),
        *SitePage.shelf_panels,
    ]
    search_fields = [*SitePage.search_fields, *SpokenText.spoken_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
