"""Goes through all that is stored of an asset; says what is wrong, and what mends it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from core.contract.errors import NoProvider, StorageError
from core.media.editing.models import EditionPart
from core.media.models import Asset, Rendition
from core.storage.models import StoredObject
from core.storage.scratch import scratch
from core.storage.services import local_copy, read

from . import playlists
from .bytes import Found, compare
from .decoding import Fetch, complaints

INDEX, STORYBOARD = "index.m3u8", "storyboard.vtt"
TOLERANCE = (0.5, 0.01)  # seconds, or a part of the whole, that streams may be off by
A_FRAME = 0.07  # seconds, one and a half frames of slow films
LARGEST_TEXT = 4 * 2**20  # bytes of a playlist


@dataclass(slots=True)
class Checked:
    """One thing that is stored of an asset."""

    name: str
    object: StoredObject | None
    rendition: Rendition | None = None
    found: Found = field(default_factory=Found)
    playlist: playlists.Playlist | None = None
    faults: list[str] = field(default_factory=list)
    remedy: str = ""
    note: str = ""


def verify(asset: Asset) -> list[Checked]:
    """Check everything; what plays comes first. Reads each rendition's first segment only."""
    rows = list(_stored(asset))
    for row in rows:
        _look(row)
    streams = [row for row in rows if row.playlist]
    for row in streams:
        _measure(row, asset)
    pictures = [row for row in streams if row.rendition and row.rendition.height]
    _align(pictures, has_copy=asset.probe.get("video_codec") == "h264" and not asset.kept)
    _decode(rows)
    if asset.status == Asset.Status.READY and asset.kind != Asset.Kind.FILE:
        rows += _nothing_plays(asset)
    for row in rows:
        row.remedy = _remedy(asset, row) if row.faults else ""
    return rows


def _stored(asset: Asset) -> Iterator[Checked]:
    for rendition in asset.renditions.select_related("object"):
        if not rendition.is_growing:  # what grows is replaced in a moment
            yield Checked(rendition.name, rendition.object, rendition)
    for name in ("original", "poster", "storyboard", "waveform"):
        if (stored := getattr(asset, name)) is not None:
            yield Checked(name, stored)
    for still in asset.poster_candidates.select_related("object"):
        yield Checked(f"still {still.position}", still.object)
    parts = EditionPart.objects.filter(edition__asset=asset).exclude(object=None)
    for part in parts.select_related("object", "edition"):
        yield Checked(f"version {part.edition.number}: {part.name}", part.object)


def _look(row: Checked) -> None:
    """Compare sizes, and read what names other files."""
    if row.object is None:
        row.note = _("lies at the provider")
        return
    row.found = compare(row.object)
    row.faults += row.found.faults
    if row.object.shape != StoredObject.Shape.TREE or not row.found.sizes:
        return
    is_stream = row.rendition is not None or INDEX in row.found.sizes
    try:
        _read_names(row, INDEX if is_stream else STORYBOARD)
    except StorageError as error:
        row.faults.append(str(error))


def _read_names(row: Checked, name: str) -> None:
    if name not in row.found.sizes:
        row.faults.append(_("%(name)s is not there") % {"name": name})
        return
    text = _text(row, name)
    if name == STORYBOARD:
        sheets = {line.partition("#xywh")[0] for line in text.splitlines() if "#xywh" in line}
        _expect(row, name, sorted(sheets))
        return
    row.playlist = playlists.read(text)
    _expect(row, name, [*row.playlist.maps, *row.playlist.segments])
    if not row.playlist.segments or not row.playlist.is_whole:
        row.faults.append(_("%(name)s has no end") % {"name": name})


def _text(row: Checked, name: str) -> str:
    if row.object is None:
        return ""
    return b"".join(read(row.object, name, end=LARGEST_TEXT)).decode("utf-8", "replace")


def _expect(row: Checked, index: str, names: list[str]) -> None:
    words = _("%(index)s names %(name)s, which is not there")
    missing = [name for name in names if name not in row.found.sizes]
    row.faults += [words % {"index": index, "name": name} for name in missing]


def _measure(row: Checked, asset: Asset) -> None:
    """Compare how long a stream plays with how long the asset says it is."""
    if row.playlist is None or row.rendition is None or not asset.duration:
        return
    slack = max(TOLERANCE[0], asset.duration * TOLERANCE[1])
    if abs(row.playlist.duration - asset.duration) > slack:
        seconds = {"found": row.playlist.duration, "wanted": asset.duration}
        row.faults.append(_("plays %(found).1f of %(wanted).1f seconds") % seconds)


def _align(streams: list[Checked], *, has_copy: bool) -> None:
    """Compare where segments begin; a copied picture, the tallest, may keep its own places."""
    streams.sort(key=_height)
    if not streams:
        return
    first = streams[0]
    words = _("its segments begin elsewhere than those of %(name)s") % {"name": first.name}
    for row in streams[1:]:
        if first.playlist and row.playlist and not _agree(first.playlist, row.playlist):
            if has_copy and _height(row) == _height(streams[-1]):
                row.note = words
            else:
                row.faults.append(words)


def _height(row: Checked) -> int:
    return (row.rendition.height if row.rendition else 0) or 0


def _agree(one: playlists.Playlist, other: playlists.Playlist) -> bool:
    pairs = list(zip(one.starts, other.starts, strict=False))
    return len(one.starts) == len(other.starts) and all(abs(a - b) <= A_FRAME for a, b in pairs)


def _decode(rows: list[Checked]) -> None:
    """Decode the first segments, and the beginnings of whole files, of what is there."""
    fetches = {row.name: fetch for row in rows if not row.faults and (fetch := _fetch(row))}
    with scratch() as folder:
        try:
            wrong = complaints(fetches, folder)
        except (NoProvider, StorageError) as error:
            wrong = dict.fromkeys(fetches, str(error))
    for row in rows:
        if row.name in wrong:
            row.faults.append(wrong[row.name])


def _fetch(row: Checked) -> Fetch | None:
    """Return what writes a part of it that can be decoded to a path, or None."""
    if row.object is None:
        return None
    if row.playlist is not None:
        names = [*row.playlist.maps[:1], row.playlist.segments[0]]
        return partial(_write, row.object, names)
    is_file = row.rendition is not None and row.rendition.kind == Rendition.Kind.FILE
    return partial(_lend, row.object) if is_file else None


def _write(obj: StoredObject, names: list[str], path: Path) -> None:
    with path.open("wb") as file:
        for name in names:
            file.writelines(read(obj, name))


def _lend(obj: StoredObject, path: Path) -> None:
    """Link or copy a whole file: its index may be as long as the film."""
    with ExitStack() as stack:
        lent = stack.enter_context(local_copy(obj))
        try:
            path.hardlink_to(lent)
        except OSError:
            shutil.copyfile(lent, path)


def _nothing_plays(asset: Asset) -> Iterator[Checked]:
    kinds = (Rendition.Kind.HLS, Rendition.Kind.AUDIO)
    if not asset.renditions.filter(provider=asset.provider, kind__in=kinds).exists():
        yield Checked("streams", None, faults=[_("nothing is there to play")])


def _remedy(asset: Asset, row: Checked) -> str:
    """Name the command that makes it once more, or what else there is to do."""
    if row.name == "original":
        return _("Restore it from a backup, or replace the file under Cut or replace.")
    if row.rendition is None and row.name.startswith("version "):
        return _("That version cannot be gone back to until it is restored from a backup.")
    if asset.original_id is None:
        return _("Restore it from a backup: its original is not kept.")
    if row.name == "streams":
        return f"manage.py media retry {asset.pk}"
    what = "stills" if row.name.startswith("still ") else row.name
    stage = next((one.name for one in asset.stages.all() if what in one.made), "")
    again = f"--stage {stage}" if stage else f"--make {what}"
    return f"manage.py media retry {asset.pk} {again}"
