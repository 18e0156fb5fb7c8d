"""Reads of usage worth a name."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from .models import Expense


@dataclass(frozen=True, slots=True)
class Spending:
    """What one outside service took for one thing; ``micros`` are millionths of a dollar."""

    stage: str  # "12/encode" (core.media.services.reports.stage_key), or ""
    service: str
    what: str
    unit: str
    quantity: float
    micros: int


def spending_on(subject: str) -> list[Spending]:
    """Return what one thing has cost so far, service by service, in one query."""
    rows = (
        Expense.objects.filter(subject=subject)
        .order_by("stage", "service", "what", "unit")
        .values_list("stage", "service", "what", "unit")
        .annotate(all_quantity=Sum("quantity"), all_micros=Sum("micros"))
    )
    return [Spending(*row) for row in rows]
