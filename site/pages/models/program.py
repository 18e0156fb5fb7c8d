"""Program, its modules and their lessons."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.media.models import Asset

from ..admin.forms import LessonForm
from ..admin.widgets import AssetChooserWidget
from ..blocks import BodyBlock
from .base import SUMMARY_PANEL, SitePage
from .spoken import SpokenText


class Program(SitePage):
    """A course of modules with a promise."""

    promise = models.CharField(
        _("promise"),
        max_length=300,
        blank=True,
        help_text=_("What a member can do at the end that they cannot do today."),
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

    parent_page_types = ["pages.Home"]
    subpage_types = ["pages.Module"]
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("promise"),
        SUMMARY_PANEL,
        FieldPanel("cover"),
        FieldPanel("trailer", widget=AssetChooserWidget(kind="video")),
        FieldPanel("body"),
        *SitePage.shelf_panels,
    ]
    search_fields = [
        *SitePage.search_fields,
        index.SearchField("promise"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")


class Module(SitePage):
    """A part of a program: lessons in an order."""

    cover = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("cover"),
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    parent_page_types = ["pages.Program"]
    subpage_types = ["pages.Lesson"]
    content_panels = [
        *SitePage.content_panels,
        SUMMARY_PANEL,
        FieldPanel("cover"),
        FieldPanel("body"),
        *SitePage.shelf_panels,
    ]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")


class Lesson(SpokenText, SitePage):
    """One sitting: a video, what stands beside it, and what to take along."""

    video = models.ForeignKey(
        Asset,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("video"),
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))
    completes_at = models.PositiveSmallIntegerField(
        _("completes at"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Per cent of the video really watched; seeking does not count."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        help_text=_("How long it takes, where there is no video to tell."),
    )
    allows_download = models.BooleanField(
        _("the video may be downloaded"),
        default=False,
        help_text=_("Members get a button that saves it as one file, without what was cut."),
    )

    show = models.ForeignKey(
        "pages.Podcast",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("episode of"),
        help_text=_("The lesson is heard in this podcast too, by whoever may see the lesson."),
    )
    heard_since = models.DateTimeField(null=True, blank=True, editable=False)  # in that podcast

    base_form_class = LessonForm

    shown_with = ("video",)
    parent_page_types = ["pages.Module"]
    subpage_types: list[str] = []
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("video", widget=AssetChooserWidget(kind="video")),
        SUMMARY_PANEL,
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("completes_at"), FieldPanel("minutes")],
            heading=_("Completion"),
            classname="collapsed",
        ),
        FieldPanel("allows_download"),
        FieldPanel("show", widget=forms.Select),
        *SitePage.shelf_panels,
    ]
    search_fields = [*SitePage.search_fields, *SpokenText.spoken_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
