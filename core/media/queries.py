"""Reads of media worth a name."""

from __future__ import annotations

from django.db.models import QuerySet

from .models import Asset, Stage


def stages_of(asset: Asset) -> QuerySet[Stage]:
    """The steps of an asset's preparation, in order, as its editor sees them."""
    return asset.stages.order_by("position")
