"""Keeps search true to what is said, when a transcript changes."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from wagtail.search import index

from ..models import Episode, Event, Lesson
from ..models.spoken import PLAYED

SPOKEN = (Lesson, Episode, Event)


def reindex(asset_id: UUID) -> int:
    """Index the published pages that play an asset anew; returns how many."""
    count = 0
    for model in SPOKEN:
        fields = [field for field in PLAYED if hasattr(model, f"{field}_id")]
        playing = Q(*((field, asset_id) for field in fields), _connector=Q.OR)
        for page in model.objects.live().filter(playing):
            index.insert_or_update_object(page)
            count += 1
    return count
