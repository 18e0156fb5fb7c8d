"""Money spent on outside services."""

from __future__ import annotations

from django.db import models
from wagtail.models import Site


class Expense(models.Model):
    """One payment, or a share of one, in millionths of a dollar; never changed."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200, unique=True)  # what was spent once is written once
    service = models.CharField(max_length=80)  # "openai", "mux"
    what = models.CharField(max_length=120, blank=True)  # "whisper-1", "encoding"
    subject = models.CharField(max_length=120, blank=True)  # "asset:<uuid>"
    micros = models.BigIntegerField()
    quantity = models.FloatField(default=0)
    unit = models.CharField(max_length=40, blank=True)  # "second"
    stage = models.CharField(  # "12/encode": which preparation's (core.media), where it is one's
        max_length=80, blank=True, default="", db_default=""
    )
    spent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "-spent_at"], name="expense_site_newest"),
            models.Index(fields=["subject"], name="expense_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.micros / 1_000_000:.4f}"
