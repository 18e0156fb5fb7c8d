"""Reads of chapters worth a name."""

from __future__ import annotations

from uuid import UUID

from .models import Chapter


def chapters_of(asset_id: UUID) -> list[tuple[float, str]]:
    """Return where an asset's chapters begin, in seconds, and their titles."""
    rows = Chapter.objects.filter(asset=asset_id).order_by("start")
    return list(rows.values_list("start", "title"))
