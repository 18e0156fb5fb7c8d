"""Reads of usage worth a name."""

from __future__ import annotations

from django.db.models import Sum

from .models import Expense


def spent_on(subject: str) -> int:
    """Return what one thing has cost so far, in millionths of a dollar."""
    return Expense.objects.filter(subject=subject).aggregate(sum=Sum("micros"))["sum"] or 0
