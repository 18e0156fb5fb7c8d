"""Coaching and its events."""

from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.media.models import Asset

from ..admin.events.forms import EventForm
from ..admin.widgets import AssetChooserWidget
from ..blocks import BodyBlock, ResourceBlock
from .base import SUMMARY_PANEL, SitePage
from .spoken import SpokenText

ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]


class Coaching(SitePage):
    """The index of events, upcoming and past."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    parent_page_types = ["pages.Home"]
    subpage_types = ["pages.Event"]
    content_panels = [
        *SitePage.content_panels,
        SUMMARY_PANEL,
        FieldPanel("body"),
        *SitePage.shelf_panels,
    ]
    search_fields = [*SitePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("coaching")
        verbose_name_plural = _("coaching")


class Event(SpokenText, SitePage):
    """A live session at a time, and its replay afterwards."""

    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        help_text=_("Where it is announced; every member also sees their own time."),
    )
    host = models.CharField(_("host"), max_length=120, blank=True)
    join_url = models.URLField(
        _("join address"),
        blank=True,
        help_text=_("Opens 15 minutes before the start, to whoever may come, and stands nowhere."),
    )
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave empty for as many as come. When all are taken, people may wait."),
    )
    is_cancelled = models.BooleanField(
        _("cancelled"),
        default=False,
        help_text=_("Whoever wanted to come is told, and calendars follow."),
    )
    cancel_note = models.CharField(
        _("why, and what instead"),
        max_length=300,
        blank=True,
        help_text=_("One sentence for those who wanted to come."),
    )
    replay = models.ForeignKey(
        Asset,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("replay"),
    )
    replay_until = models.DateTimeField(
        _("replay until"),
        null=True,
        blank=True,
        help_text=_("Afterwards nobody but editors can watch it. Leave empty to keep it open."),
    )
    worksheets = StreamField([("file", ResourceBlock())], blank=True, verbose_name=_("worksheets"))
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    base_form_class = EventForm
    shown_with = ("replay",)
    exclude_fields_in_copy = ["replay", "replay_until", "is_cancelled", "cancel_note"]
    parent_page_types = ["pages.Coaching"]
    subpage_types: list[str] = []
    content_panels = [
        *SitePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("timezone", widget=forms.Select(choices=[("UTC", "UTC"), *ZONES])),
            ],
            heading=_("When"),
            help_text=_("Times are those of the time zone chosen here, not of your own clock."),
        ),
        FieldPanel("host"),
        MultiFieldPanel([FieldPanel("join_url"), FieldPanel("capacity")], heading=_("Coming")),
        SUMMARY_PANEL,
        MultiFieldPanel(
            [
                FieldPanel("replay", widget=AssetChooserWidget(kind="video")),
                FieldPanel("replay_until"),
            ],
            heading=_("Replay"),
        ),
        FieldPanel("worksheets"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("is_cancelled"), FieldPanel("cancel_note")],
            heading=_("When it does not take place"),
            classname="collapsed",
        ),
        *SitePage.shelf_panels,
    ]
    search_fields = [
        *SitePage.search_fields,
        *SpokenText.spoken_fields,
        index.SearchField("host"),
        index.SearchField("body"),
        index.FilterField("starts_at"),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="event_ends_after_it_starts",
            ),
        ]

    def clean(self):
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The event must end after it starts.")})
        if self.replay_until and self.ends_at and self.replay_until <= self.ends_at:
            raise ValidationError({"replay_until": _("The replay must stay after the event.")})
