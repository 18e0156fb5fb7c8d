"""What stands beside an asset for players: noted on its row, so that a grant costs no query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from core.contract.providers import Track
from core.media.models import Asset

from .transcripts.languages import label_of


class Tracks(TypedDict, total=False):
    """Languages of published captions, the default first; whether there are chapters."""

    captions: list[str]
    chapters: bool


def renew(asset: Asset) -> None:
    """Note what is there now; call it in the transaction that changed it."""
    rows = asset.transcripts.filter(is_published=True).exclude(current=None)
    tracks = Tracks(
        captions=list(rows.values_list("language", flat=True)),
        chapters=asset.chapters.exists(),
    )
    asset.tracks = tracks
    Asset.objects.filter(pk=asset.pk).update(tracks=tracks)


def tracks_of(asset: Asset, base_url: str) -> Iterator[Track]:
    """Yield an asset's text tracks, below the gate's tokenised path."""
    for language in asset.tracks.get("captions", ()):
        url = f"{base_url}captions/{language}.vtt"
        yield Track("captions", url, label=label_of(language), language=language)
    if asset.tracks.get("chapters"):
        yield Track("chapters", f"{base_url}chapters.vtt")
