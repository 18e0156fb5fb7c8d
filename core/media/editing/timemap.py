"""From the seconds of one version to the seconds of another: pure, piece by piece.

Within a piece time runs alike on both sides; what lies in no piece is not in the other version.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Range = tuple[float, float]  # [start, end), in seconds
NOTHING = 0.001  # seconds; shorter pieces are rounding


@dataclass(frozen=True, slots=True)
class Piece:
    """The seconds ``start`` to ``end`` are found again from ``at`` on."""

    start: float
    end: float
    at: float

    @property
    def to(self) -> float:
        return self.at + self.end - self.start

    def turned(self) -> Piece:
        return Piece(self.at, self.to, self.start)


@dataclass(frozen=True, slots=True)
class TimeMap:
    """Pieces in order on both sides; none overlaps another."""

    pieces: tuple[Piece, ...]

    @property
    def end(self) -> float:
        """Return where the last piece ends on the other side."""
        return self.pieces[-1].to if self.pieces else 0.0

    def at(self, second: float) -> float | None:
        """Return where a second is now, or None where it was cut out."""
        place = bisect_right(self.pieces, second, key=lambda one: one.start) - 1
        if place < 0 or second >= self.pieces[place].end:
            return None
        piece = self.pieces[place]
        return second - piece.start + piece.at

    def near(self, second: float) -> float:
        """Return where to land: the second itself, else what follows the cut, else the end."""
        found = self.at(second)
        if found is not None:
            return found
        return next((one.at for one in self.pieces if one.start >= second), self.end)

    def span(self, start: float, end: float) -> list[Range]:
        """Return what is left of a range: joined where a cut closed, in order."""
        left: list[Range] = []
        for one in self.pieces:
            begin, stop = max(start, one.start), min(end, one.end)
            if stop - begin > NOTHING:
                shift = one.at - one.start
                left.append((begin + shift, stop + shift))
        return joined(left)

    def inverse(self) -> TimeMap:
        """Return the way back, for what was kept."""
        return TimeMap(tuple(one.turned() for one in self.pieces))

    def then(self, other: TimeMap) -> TimeMap:
        """Return this way and then the ``other``."""
        return TimeMap(tuple(_both(one, two) for one in self.pieces for two in _met(one, other)))


def _met(one: Piece, other: TimeMap) -> list[Piece]:
    """Return the parts of the other's pieces that one leads into."""
    return [
        Piece(begin, stop, two.at + begin - two.start)
        for two in other.pieces
        if (stop := min(one.to, two.end)) - (begin := max(one.at, two.start)) > NOTHING
    ]


def _both(one: Piece, two: Piece) -> Piece:
    start = one.start + two.start - one.at
    return Piece(start, start + two.end - two.start, two.at)


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Return ranges in order, those that touch or overlap made one."""
    whole: list[Range] = []
    for start, end in sorted(ranges):
        if whole and start - whole[-1][1] <= NOTHING:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def unchanged(seconds: float) -> TimeMap:
    """Return the map under which the first ``seconds`` stay where they are."""
    return TimeMap((Piece(0.0, seconds, 0.0),) if seconds > NOTHING else ())


def of_kept(kept: Sequence[Range]) -> TimeMap:
    """Return the way from an original to the ranges that play of it; without any, nothing does."""
    pieces, at = [], 0.0
    for start, end in kept:
        pieces.append(Piece(start, end, at))
        at += end - start
    return TimeMap(tuple(pieces))


def aligned(
    *, before: float, after: float, offset: float = 0.0, removed: Sequence[Range] = ()
) -> TimeMap:
    """Return the way from one file to the file that replaces it.

    ``offset``: how many seconds later the same moment comes (negative: earlier); ``removed``:
    what of the former file the new one leaves out. What has no place in the new one is clipped.
    """
    left = of_kept(without(removed, before))
    moved = TimeMap(tuple(Piece(one.start, one.end, one.at + offset) for one in left.pieces))
    return moved.then(unchanged(after))


def without(removed: Iterable[Range], seconds: float) -> list[Range]:
    """Return what is kept of ``seconds`` when ranges are cut out; one that is none cuts nothing."""
    kept, at = [], 0.0
    for start, end in joined(one for one in removed if one[0] < one[1]):
        if start - at > NOTHING:
            kept.append((at, min(start, seconds)))
        at = max(at, end)
    if seconds - at > NOTHING:
        kept.append((at, seconds))
    return kept


def length_of(kept: Sequence[Range]) -> float:
    """Return how long ranges are together."""
    return sum(end - start for start, end in kept)
