"""What members keep on the pages that play an asset, by its seconds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from wagtail.models import get_page_models

from core.contract.pieces import Anchor
from core.media.models import Asset
from core.progress import moving

from .screens.player import ASSET_FIELDS, asset_of

if TYPE_CHECKING:
    from core.media.editing.passage import Passage


def anchors() -> list[Anchor]:
    return [
        Anchor(_("Bookmarks"), _count_bookmarks, _move_bookmarks),
        Anchor(_("Notes with a time"), _count_notes, _move_notes),
    ]


def pages_playing(asset: Asset) -> list[int]:
    """Return the numbers of the pages that play an asset, published or not."""
    numbers: list[int] = []
    for model, name in _players():
        rows = model.objects.filter(**{name: asset})
        numbers += [page.pk for page in rows if asset_of(page) == asset]
    return numbers


@cache
def _players() -> tuple[tuple[Any, str], ...]:
    """Name every page type and field that can play an asset."""
    return tuple(
        (model, field.name)
        for model in get_page_models()
        for field in model._meta.local_fields
        if field.name in ASSET_FIELDS and field.related_model is Asset
    )


def _count_bookmarks(asset: Asset) -> int:
    return moving.count_bookmarks(pages_playing(asset))


def _count_notes(asset: Asset) -> int:
    return moving.count_notes(pages_playing(asset))


def _move_bookmarks(asset: Asset, way: Passage) -> None:
    moving.move_bookmarks(pages_playing(asset), way)


def _move_notes(asset: Asset, way: Passage) -> None:
    moving.move_notes(pages_playing(asset), way)
