"""What lies behind a playback path: an asset's stored objects, looked up once in a while."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from wagtail.models import Site

from core.media.editing import shelving
from core.media.editing.models import Edition
from core.media.models import Asset, Rendition
from core.storage.models import StoredObject

from .enclosures import FILM, SOUND
from .memory import ForSeconds

WHOLE = {"video": FILM}  # what is handed out instead of the original, by kind
WHOLE_CUT = {**WHOLE, "audio": SOUND}  # of a cut: its original goes to nobody
FRESH = 2.0  # a new rung joins its playlist within this many seconds


@dataclass(frozen=True, slots=True)
class Former:
    """The streams of a version that played until a cut, or another file, took its place."""

    streams: list[Rendition]
    storyboard: StoredObject | None

    def tree(self, folder: str) -> StoredObject | None:
        if folder == "storyboard":
            return self.storyboard
        return next((row.object for row in self.streams if row.name == folder), None)

    def is_growing(self, folder: str) -> bool:
        """Tell whether more is on its way: what is whole never grows."""
        del folder
        return False


@dataclass(frozen=True, slots=True)
class Shelf:
    """An asset and where its bytes lie."""

    asset: Asset
    renditions: Mapping[str, Rendition]
    former: Mapping[int, Former]  # what played before a cut, for those who are watching it

    def of(self, edition: int) -> Shelf | Former:
        """Return what a player's token counts by: what plays now, or what played before."""
        return self.former.get(edition, self)

    def tree(self, folder: str) -> StoredObject | None:
        if folder == "storyboard":
            return self.asset.storyboard
        rendition = self.renditions.get(folder)
        return rendition.object if rendition and rendition.kind != Rendition.Kind.FILE else None

    def is_growing(self, folder: str) -> bool:
        """Tell whether more of a rendition is on its way, under the same playlist's name."""
        rendition = self.renditions.get(folder)
        return rendition is not None and rendition.is_growing

    @property
    def streams(self) -> list[Rendition]:
        """Return what the asset's own provider made: what a master playlist may name."""
        return [row for row in self.renditions.values() if row.provider == self.asset.provider]

    @property
    def download(self) -> StoredObject | None:
        if self.asset.kept:
            return self.file(WHOLE_CUT.get(self.asset.kind, ""))
        return self.file(WHOLE.get(self.asset.kind, "")) or self.asset.original

    def single(self, name: str) -> StoredObject | None:
        """Return one of the files that lie beside the streams."""
        drawn = {"poster.jpg": self.asset.poster, "waveform.json": self.asset.waveform}
        return drawn[name] if name in drawn else self.file(name)

    def file(self, name: str) -> StoredObject | None:
        """Return a whole file that was made of the asset, for feeds and downloads."""
        row = self.renditions.get(name)
        return row.object if row and row.kind == Rendition.Kind.FILE else None


_shelves: ForSeconds[Shelf | None] = ForSeconds(lambda: FRESH, room=2_000)
_sites: ForSeconds[int | None] = ForSeconds(lambda: 10.0, room=1_000)


def shelf_of(asset_id: uuid.UUID, edition: int) -> Shelf | None:
    """Return what is stored for an asset, at most two seconds old.

    Each edition is remembered by itself: a token of a new one never meets what lay there before.
    """
    return _shelves.get((asset_id, edition), lambda: _shelf(asset_id))


def site_id_of(request: HttpRequest) -> int | None:
    """Return the site that a request's host belongs to, at most ten seconds old."""
    host = (request.META.get("HTTP_HOST", ""), request.get_port())
    return _sites.get(host, lambda: _site_id(request))


def forget() -> None:
    """Forget every answer of this process."""
    _shelves.forget()
    _sites.forget()


def _shelf(asset_id: uuid.UUID) -> Shelf | None:
    rows = Asset.objects.select_related("original", "poster", "storyboard", "waveform")
    asset = rows.filter(pk=asset_id).first()
    if asset is None:
        return None
    renditions = list(Rendition.objects.filter(asset=asset).select_related("object"))
    renditions.sort(key=lambda row: row.provider == asset.provider)  # its own have the last word
    return Shelf(asset, {row.name: row for row in renditions}, _former(asset))


def has_download(asset: Asset) -> bool:
    """Tell whether there is a file to take along; only a cut asset costs a query."""
    if not asset.kept:
        return asset.original_id is not None
    made = asset.renditions.filter(kind=Rendition.Kind.FILE, object__isnull=False)
    return made.filter(name=WHOLE_CUT.get(asset.kind, "")).exists()


def still_plays(asset: Asset, edition: int) -> bool:
    """Tell whether a version that gave way can be watched to its end: all its streams lie here."""
    former = _former(asset).get(edition)
    return former is not None and bool(former.streams) and all(row.object for row in former.streams)


def _former(asset: Asset) -> dict[int, Former]:
    """Return the editions that are kept; an asset that was never edited has none."""
    kept = asset.editions.filter(state=Edition.State.KEPT)
    return {
        number: Former(list(shelving.streams_of(parts)), shelving.storyboard_of(parts))
        for number, parts in shelving.parts_by_number(kept).items()
    }


def _site_id(request: HttpRequest) -> int | None:
    site = Site.find_for_request(request)
    return site.pk if site else None
