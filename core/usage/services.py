"""The verbs of usage: write an expense, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .models import Expense

TOLD = ("what", "subject", "unit", "stage")


def spend(*, site_id: int, key: str, service: str, micros: int, details: Mapping[str, Any]) -> None:
    """Write an expense; one with the same key is there already and stays as it is."""
    words = {name: str(details.get(name, "")) for name in TOLD}
    quantity = float(details.get("quantity", 0))
    row = Expense(
        site_id=site_id, key=key, service=service, micros=micros, quantity=quantity, **words
    )
    Expense.objects.bulk_create([row], ignore_conflicts=True)
