"""Reads of editions worth a name: what plays, and the way from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.jobs.models import Job
from core.jobs.queries import jobs_of
from core.media.models import Asset
from core.media.services.uploads import REPLACE

from .models import Edition
from .timemap import Piece, TimeMap, aligned, of_kept, unchanged

ENDLESS = 48 * 3600.0  # seconds; no file is longer


def playing(asset: Asset) -> Edition:
    """Return the edition that plays; written down when it is asked for the first time."""
    edition, _is_new = Edition.objects.get_or_create(
        asset=asset,
        state=Edition.State.PLAYING,
        defaults={
            "number": asset.edition,
            "cause": Edition.Cause.FIRST,
            "original": asset.original,
            "file_name": asset.file_name,
            "kept": asset.kept,
            "line": [[0.0, ENDLESS, 0.0]],
            "facts": {"probe": asset.probe, "duration": asset.duration},
            "made_by": asset.uploaded_by,
        },
    )
    return edition


def line_of(asset: Asset) -> list[list[float]]:
    """Return where the first original's seconds lie in the one that plays now."""
    return list(playing(asset).line)


def way(one: Edition, other: Edition) -> TimeMap:
    """Return the way from the seconds of one edition to those of another.

    Over their common original where they have one, so that nothing is lost on the way.
    """
    there = _kept(one).inverse()
    if one.original_id != other.original_id:
        there = there.then(_map(one.line).inverse()).then(_map(other.line))
    return there.then(_kept(other))


def _kept(edition: Edition) -> TimeMap:
    kept = [(start, end) for start, end in edition.kept]
    return of_kept(kept) if kept else unchanged(ENDLESS)


def _map(rows: Sequence[Sequence[float]]) -> TimeMap:
    return TimeMap(tuple(Piece(*row) for row in rows))


def aligned_with(edition: Edition, former: Edition, before: float) -> list[list[float]]:
    """Return the line of a file that replaces what played for ``before`` seconds.

    Its editor spoke of what plays: those seconds lead over the former's cut to its original.
    """
    lies = edition.facts.get("lies", {})
    there = aligned(
        before=before,
        after=float(edition.facts["probe"]["duration"]),
        offset=float(lies.get("offset", 0.0)),
        removed=[(start, end) for start, end in lies.get("removed", ())],
    )
    over = _map(former.line).then(_kept(former)).then(there)
    return [[one.start, one.end, one.at] for one in over.pieces]


def way_to_today(asset_id: UUID, number: int) -> tuple[TimeMap, int] | None:
    """Return the way from an edition's seconds to those that play now, and which edition does."""
    rows = Edition.objects.filter(asset=asset_id)
    former = rows.filter(number=number).first()
    today = rows.filter(state=Edition.State.PLAYING).first()
    return (way(former, today), today.number) if former and today else None


def whole_edition(asset: Asset) -> Edition | None:
    """Return a version that plays all of the asset's original, if one is still here."""
    living = asset.editions.filter(state__in=[Edition.State.PLAYING, Edition.State.KEPT], kept=[])
    return None if not asset.kept else living.filter(original=asset.original).first()


def history(asset: Asset) -> list[Edition]:
    """Return an asset's editions, the newest first, with who made them."""
    return list(asset.editions.select_related("made_by", "original"))


def waiting_files(asset: Asset) -> list[str]:
    """Name the files that have come to replace an asset's and wait for other work on it."""
    jobs = jobs_of(f"asset:{asset.pk}").filter(kind=REPLACE, state__in=Job.ACTIVE)
    uploads = asset.uploads.filter(pk__in=[job.payload["upload"] for job in jobs])
    return list(uploads.order_by("created_at").values_list("file_name", flat=True))
