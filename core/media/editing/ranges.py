"""The ranges an editor asks for: read, checked, and set on the frames of the picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf, isfinite

from django.utils.translation import gettext as _

from core.media.models import Asset

from .errors import CannotEdit
from .timemap import Range, length_of

MOST = 60  # ranges; each is one more filter of the encoder
SHORTEST = 0.2  # seconds a kept range has at least
SHORTEST_WHOLE = 1.0  # seconds that are left at least
LIVELY = 15.0  # frames a second; a picture that moves seldom is cut in between, too
DIGITS = 6  # a microsecond: what ffmpeg reads


def cleaned(raw: Iterable[Sequence[float]], asset: Asset) -> list[list[float]]:
    """Return the kept ranges of an asset's original, on its frames; [] where that is all of it.

    Raises ``CannotEdit`` naming what cannot be.
    """
    whole = whole_of(asset)
    ranges = [snapped(one, asset, whole) for one in sorted(spans(raw))]
    _refuse(ranges, whole)
    if len(ranges) == 1 and ranges[0][0] <= 0 and ranges[0][1] >= whole - SHORTEST:
        return []
    return [list(one) for one in ranges]


def spans(raw: Iterable[Sequence[float | str]]) -> list[Range]:
    """Return ranges of seconds as numbers, or raise ``CannotEdit`` naming the one that is none."""
    try:
        found = [(float(start), float(end)) for start, end in raw]
    except (TypeError, ValueError) as error:
        raise CannotEdit(_("Each range has a start and an end, in seconds.")) from error
    for start, end in found:
        if not 0 <= start < end < inf:
            words = _("“%(start)g-%(end)g” is no range. Write its start, then a later end.")
            raise CannotEdit(words % {"start": start, "end": end})
    return found


def shift(raw: float) -> float:
    """Return by how many seconds a file lies later, or raise ``CannotEdit``."""
    if not isfinite(raw):
        raise CannotEdit(_("“%(offset)g” is no number of seconds.") % {"offset": raw})
    return raw


def _refuse(ranges: Sequence[Range], whole: float) -> None:
    if not ranges or length_of(ranges) < min(SHORTEST_WHOLE, whole):
        raise CannotEdit(_("Nothing would be left. Keep at least one second."))
    if len(ranges) > MOST:
        raise CannotEdit(_("These are more than %(most)d ranges.") % {"most": MOST})
    if any(end - start < SHORTEST for start, end in ranges):
        raise CannotEdit(_("A range that stays has at least a fifth of a second."))
    if any(later[0] < earlier[1] for earlier, later in pairwise(ranges)):
        raise CannotEdit(_("Two ranges overlap. Make them one."))


def whole_of(asset: Asset) -> float:
    """Return how long the original is, in seconds."""
    return float(asset.probe.get("duration") or asset.duration or 0.0)


def snapped(asked: Range, asset: Asset, whole: float) -> Range:
    """Return a range whose ends are ends of frames: picture and sound are cut at one place."""
    start, end = (min(max(one, 0.0), whole) for one in asked)
    rate = frames_a_second(asset)
    if not rate:
        return round(start, DIGITS), round(end, DIGITS)
    ends = whole if whole - end < 1 / rate else round(end * rate) / rate
    return round(round(start * rate) / rate, DIGITS), round(ends, DIGITS)


def frames_a_second(asset: Asset) -> float:
    """Return the rate of an original's frames; 0 where it has none, or each stands for long."""
    rate = float(asset.probe.get("frame_rate") or 0.0)
    return rate if rate >= LIVELY and asset.probe.get("video_codec") else 0.0
