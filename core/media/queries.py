"""Reads of media worth a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from .editing.models import Edition
from .models import Asset, Stage

OF = "original"  # in what a provider remembers: the file it was made of; "": it lies there alone


def stages_of(asset: Asset) -> QuerySet[Stage]:
    """The steps of an asset's preparation, in order, as its editor sees them."""
    return asset.stages.order_by("position")


def remembered(asset: Any, provider: str, *, of: str | None = None) -> Mapping[str, Any]:
    """Return what a provider remembers of an asset's file; nothing of another file's.

    ``of`` is the file's number, where it is not the asset's own. What was remembered before
    files were named counts where the asset's file was never replaced.
    """
    known: Any = asset.provider_data.get(provider) or {}
    if OF in known:
        is_its_own = known[OF] == (original_of(asset) if of is None else of)
    else:
        is_its_own = not known or not _was_replaced(asset)
    return known if is_its_own else {}


def original_of(asset: Any) -> str:
    """Name the file an asset has now; "" where it has none here."""
    return str(asset.original_id or "")


def named(asset: Any) -> dict[str, Any]:
    """Return all that providers remember of an asset, with its file's number where that is sure."""
    about = {OF: original_of(asset)}
    every = {name: one for name, one in asset.provider_data.items() if isinstance(one, Mapping)}
    sure = {name: {**about, **one} for name, one in every.items() if remembered(asset, name)}
    return {**asset.provider_data, **sure}


def _was_replaced(asset: Any) -> bool:
    replaced = Edition.objects.filter(asset=asset.pk, cause=Edition.Cause.REPLACED)
    return replaced.filter(flipped_at__isnull=False).exists()
