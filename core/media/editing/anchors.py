"""What media itself keeps by an asset's seconds: chapters and transcripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.contract import tell
from core.contract.pieces import Anchor
from core.media import tracks
from core.media.chapters.models import Chapter
from core.media.models import Asset
from core.media.transcripts.cues import SHORTEST, Cue
from core.media.transcripts.models import Transcript, TranscriptDraft, TranscriptVersion
from core.media.transcripts.timing import Word

from .passage import Passage, Waiting
from .queries import ENDLESS
from .timemap import Range, TimeMap, length_of

CHAPTER, CUE, DRAFT = "chapter", "cue", "draft"
NEAR = 0.01  # seconds; what is rounded twice is this near
Marks = dict[float, str]  # titles by second


def anchors() -> list[Anchor]:
    return [
        Anchor(_("Chapters"), lambda asset: asset.chapters.count(), move_chapters),
        Anchor(_("Transcripts"), lambda asset: asset.transcripts.count(), move_transcripts),
    ]


def move_chapters(asset: Asset, way: Passage) -> None:
    """A chapter whose beginning was cut out begins where its rest does; one without rest waits."""
    rows = list(asset.chapters.order_by("start"))
    before = {row.start: row.title for row in rows}
    left = _left(rows, way)
    stood = dict(before)
    back: list[tuple[Range, str]] = []
    for one in way.returning(CHAPTER):
        _put_back(one, stood, left, way, back)
    for one in way.staying(CHAPTER):
        _stand_in(one, left)
    if left == before:
        return
    asset.chapters.all().delete()
    Chapter.objects.bulk_create(
        Chapter(asset=asset, start=start, title=title) for start, title in left.items()
    )
    tracks.renew(asset)


def _left(rows: Sequence[Chapter], way: Passage) -> Marks:
    """Return what is left of chapters: where each begins, and its title."""
    left: Marks = {}
    for row, (end, place) in zip(rows, places([row.start for row in rows], way), strict=True):
        if place is not None:
            left[place] = row.title
        if way.at(row.start) is None:
            way.drop(CHAPTER, row.start, end=end, title=row.title)
    return left


def places(starts: Sequence[float], way: TimeMap) -> list[tuple[float, float | None]]:
    """Return where each chapter ends, and where what is left of it begins now, if anything is."""
    ends = [*starts[1:], ENDLESS]
    spans = ((end, way.span(start, end)) for start, end in zip(starts, ends, strict=False))
    return [(end, round(span[0][0], 3) if span else None) for end, span in spans]


def _put_back(
    one: Waiting, stood: Marks, left: Marks, way: TimeMap, back: list[tuple[Range, str]]
) -> None:
    """Let a chapter begin where it began; what its rest was called meanwhile is its title now."""
    title, end = one.facts["title"], one.facts["end"]
    if rest := one.stood.span(one.second, end):
        place = next((at for at in stood if abs(at - rest[0][0]) < NEAR), None)
        if place is None:
            return  # an editor took it away, or it is back already from further before
        title = stood.pop(place)
        left.pop(round(way.span(place, ENDLESS)[0][0], 3), None)
    if any(start < one.at < stop and said == title for (start, stop), said in back):
        return  # what was left of it was cut out too
    left.setdefault(round(one.at, 3), title)
    back += [(span, title) for span in one.now.span(one.second, end)[:1]]


def _stand_in(one: Waiting, left: Marks) -> None:
    """Let a chapter that was gone begin where what plays of it again does."""
    end, rest = one.facts["end"], one.now.span(one.second, one.facts["end"])
    if rest and not one.stood.span(one.second, end):
        left.setdefault(round(rest[0][0], 3), one.facts["title"])


def move_transcripts(asset: Asset, way: Passage) -> None:
    """Write the next version of every transcript; words outside the cut wait to come back."""
    found = asset.transcripts.exclude(current=None).select_related("current")
    back: dict[str, list[Waiting]] = {}
    for one in [*way.returning(CUE, _is_whole), *way.staying(CUE)]:
        back.setdefault(one.facts["language"], []).append(one)
    cues = {
        row: _translated(row.current.cues, way, back.get(row.language, []), language=row.language)
        for row in found
        if row.current
    }
    rows = [row for row, new in cues.items() if row.current and new != row.current.cues]
    newest = dict(_newest(asset)) if rows else {}
    versions = [
        TranscriptVersion(
            transcript=row,
            number=newest[row.pk] + 1,
            origin=TranscriptVersion.Origin.MOVED,
            cues=cues[row],
            edition=asset.edition,
        )
        for row in rows
    ]
    TranscriptVersion.objects.bulk_create(versions)
    former = {row.current_id: version for row, version in zip(rows, versions, strict=True)}
    _move_drafts(asset, way, former)
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


def _move_drafts(asset: Asset, way: Passage, former: Mapping[Any, TranscriptVersion]) -> None:
    """Move what editors typed and did not save; who began from what moved goes on from there."""
    drafts = list(TranscriptDraft.objects.filter(transcript__asset=asset))
    back: dict[int, list[Waiting]] = {}
    for one in [*way.returning(DRAFT, _is_whole), *way.staying(DRAFT)]:
        back.setdefault(one.facts["draft"], []).append(one)
    for draft in drafts:
        waiting = back.get(draft.pk, [])
        draft.cues = _translated(draft.cues, way, waiting, kind=DRAFT, draft=draft.pk)
        if draft.base_id in former:
            draft.base = former[draft.base_id]
    TranscriptDraft.objects.bulk_update(drafts, ["cues", "base"])


def _newest(asset: Asset) -> Iterable[tuple[int, int]]:
    versions = TranscriptVersion.objects.filter(transcript__asset=asset)
    rows = versions.order_by("transcript_id", "-number").distinct("transcript_id")
    return rows.values_list("transcript_id", "number")


def _translated(
    cues: list[Cue], way: Passage, back: list[Waiting], *, kind: str = CUE, **facts: Any
) -> list[Cue]:
    """Return a transcript's cues at their new seconds, with those that come back; drop others."""
    kept = {number: new for number, cue in enumerate(cues) if (new := moved_cue(cue, way))}
    for cue in cues:
        lost = _lost(cue, way)
        if lost is not None:
            way.drop(kind, lost, **facts, cue=cue)
    whole = [new for one in back if (new := _come_back(one, cues, kept))]
    return _ordered([*whole, *kept.values()]) if whole else list(kept.values())


def _come_back(one: Waiting, cues: list[Cue], kept: dict[int, Cue]) -> Cue | None:
    """What was left of a cue gives way to the whole; where somebody corrected it, it stays."""
    cue: Cue = one.facts["cue"]
    if rest := moved_cue(cue, one.stood):
        alike = [number for number, stood in enumerate(cues) if _are_alike(stood, rest)]
        for number in alike:
            kept.pop(number, None)
        if not alike:
            return _missing(cue, one)
    return moved_cue(cue, one.now)


def _missing(cue: Cue, one: Waiting) -> Cue | None:
    """Return the words alone that had been cut out of a cue."""
    words = [w for w in cue.get("words") or () if one.stood.at((w[0] + w[1]) / 2) is None]
    if not words:
        return None
    text = " ".join(word[2].strip() for word in words)
    part = Cue(start=words[0][0], end=words[-1][1], text=text, words=words)
    return moved_cue(part, one.now)


def _are_alike(one: Cue, other: Cue) -> bool:
    return one["text"] == other["text"] and abs(one["start"] - other["start"]) < NEAR


def _ordered(cues: Iterable[Cue]) -> list[Cue]:
    """Return cues in order; one that was put back twice, from two cuts, is there once."""
    found: list[Cue] = []
    for cue in sorted(cues, key=lambda one: (one["start"], -one["end"])):
        if not any(_covers(last, cue) for last in found[-2:]):
            found.append(cue)
    return found


def _covers(one: Cue, other: Cue) -> bool:
    return other["end"] < one["end"] + NEAR and other["text"] in one["text"]


def _lost(cue: Cue, way: TimeMap) -> float | None:
    """Return the first second of a cue that has no place, or None where all of it has."""
    left = way.span(cue["start"], cue["end"])
    if length_of(left) > cue["end"] - cue["start"] - NEAR:
        return None
    at = cue["start"]
    for piece in way.pieces:
        if piece.start > at + NEAR:
            return at
        at = max(at, piece.end)
    return at


def _is_whole(one: Waiting) -> bool:
    return _lost(one.facts["cue"], one.now) is None


def moved(cues: Iterable[Cue], way: TimeMap) -> list[Cue]:
    """Return cues at their new seconds; words that were cut out are left out."""
    return [new for cue in cues if (new := moved_cue(cue, way)) is not None]


def moved_cue(cue: Cue, way: TimeMap) -> Cue | None:
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
