"""What media itself keeps by an asset's seconds: chapters and transcripts."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.contract import tell
from core.contract.pieces import Anchor
from core.media import tracks
from core.media.chapters.models import Chapter
from core.media.models import Asset
from core.media.transcripts.cues import SHORTEST, Cue
from core.media.transcripts.models import Transcript, TranscriptVersion
from core.media.transcripts.timing import Word

from .timemap import TimeMap


def anchors() -> list[Anchor]:
    return [
        Anchor(_("Chapters"), lambda asset: asset.chapters.count(), move_chapters),
        Anchor(_("Transcripts"), lambda asset: asset.transcripts.count(), move_transcripts),
    ]


def move_chapters(asset: Asset, way: TimeMap) -> None:
    """A chapter whose beginning was cut out begins where its rest does; one without rest goes."""
    rows = list(asset.chapters.order_by("start"))
    if not rows:
        return
    ends = [*[row.start for row in rows[1:]], float("inf")]
    left = {
        round(span[0][0], 3): row.title
        for row, end in zip(rows, ends, strict=True)
        if (span := way.span(row.start, end))
    }
    asset.chapters.all().delete()
    Chapter.objects.bulk_create(
        Chapter(asset=asset, start=start, title=title) for start, title in left.items()
    )
    tracks.renew(asset)


def move_transcripts(asset: Asset, way: TimeMap) -> None:
    """Write the next version of every transcript; words outside the cut stay in the one before."""
    found = asset.transcripts.exclude(current=None).select_related("current")
    cues = {row: moved(row.current.cues, way) for row in found if row.current}
    rows = [row for row, new in cues.items() if row.current and new != row.current.cues]
    newest = dict(_newest(asset)) if rows else {}
    versions = [
        TranscriptVersion(
            transcript=row,
            number=newest[row.pk] + 1,
            origin=TranscriptVersion.Origin.EDITED,
            note=_("Moved with the cut"),
            cues=cues[row],
        )
        for row in rows
    ]
    TranscriptVersion.objects.bulk_create(versions)
    for row, version in zip(rows, versions, strict=True):
        row.current = version
    Transcript.objects.bulk_update(rows, ["current"])
    for row in rows:
        tell(
            "transcript_ready",
            asset_id=str(asset.pk),
            site_id=asset.site_id,
            language=row.language,
        )


def _newest(asset: Asset) -> Iterable[tuple[int, int]]:
    versions = TranscriptVersion.objects.filter(transcript__asset=asset)
    rows = versions.order_by("transcript", "-number").distinct("transcript")
    return rows.values_list("transcript_id", "number")


def moved(cues: Iterable[Cue], way: TimeMap) -> list[Cue]:
    """Return cues at their new seconds; words that were cut out are left out."""
    return [new for cue in cues if (new := _moved(cue, way)) is not None]


def _moved(cue: Cue, way: TimeMap) -> Cue | None:
    left = way.span(cue["start"], cue["end"])
    words = cue.get("words") or []
    stay = [word for old in words if (word := _moved_word(old, way)) is not None]
    if not left or left[-1][1] - left[0][0] < SHORTEST or (words and not stay):
        return None
    text = cue["text"] if len(stay) == len(words) else " ".join(word[2].strip() for word in stay)
    new = Cue(start=round(left[0][0], 3), end=round(left[-1][1], 3), text=text)
    if stay:
        new["words"] = stay
    if cue.get("flags"):
        new["flags"] = cue["flags"]
    return new


def _moved_word(word: Word, way: TimeMap) -> Word | None:
    """A word belongs to where its middle is."""
    start, end, *rest = word
    middle = (start + end) / 2
    at = way.at(middle)
    if at is None:
        return None
    half = (end - start) / 2
    return [round(max(at - half, 0.0), 3), round(at + half, 3), *rest]
