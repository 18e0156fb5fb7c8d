"""Viewings: one play as the member felt it."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.media.models import Asset


class Viewing(models.Model):
    """How one play went: how soon it began, how often it stalled, at which bit rate.

    The browser names it, so that a later word of the same play takes the earlier one's place.
    """

    key = models.UUIDField(_("key"), unique=True)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="viewings")
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    provider = models.CharField(_("provider"), max_length=40)
    way = models.CharField(_("way"), max_length=10, blank=True)  # "hls.js" or "native"
    at = models.DateTimeField(_("at"), default=now)
    startup_ms = models.PositiveIntegerField(_("start-up"), null=True)
    stalls = models.PositiveIntegerField(_("stalls"), default=0)
    stalled_ms = models.PositiveIntegerField(_("stalled"), default=0)
    bit_rate = models.PositiveIntegerField(_("mean bit rate"), default=0)
    seconds = models.FloatField(_("seconds played"), default=0)
    error = models.CharField(_("error"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("viewing")
        indexes = [models.Index(fields=["asset", "-at"], name="viewing_of_asset")]
