"""Where a film may be cut into pieces: on the grid of its frames, where its segments begin.

Frames are counted, seconds are not: a piece begins a quarter of a frame before its first one, so
that times a container has rounded stay on their side of the border.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .ladder import FASTEST, SEGMENT

INDEXED = ("mov,mp4", "matroska")  # containers that say where each second lies
COMMON = (24, 25, 30, 48, 50, 60)  # frames a second
NTSC = Fraction(1000, 1001)
ROUNDED = 0.0006  # a probe tells three decimals
INSIDE = Fraction(1, 4)  # of a frame
SHORTEST, LONGEST = 20, 60  # seconds of a piece
FARTHEST = 4 * LONGEST  # seconds of the last piece, whatever the file says of its length
ROUNDS = 6  # pieces for each worker, so that the last ones end together


@dataclass(frozen=True, slots=True)
class Span:
    """The frames ``first`` to before ``last`` of a film, or to its end."""

    rate: Fraction
    first: int
    last: int | None

    def has(self, frames: int) -> bool:
        """Tell whether so many frames are all of it; of the end only a probe knows."""
        if self.last is None:
            return 0 < frames <= FARTHEST * self.rate
        return frames == self.last - self.first

    @property
    def begin(self) -> float:
        """Second at which reading begins."""
        return self._border(self.first)

    @property
    def reads(self) -> list[str]:
        """Options in front of the input: exactly to the first frame."""
        return ["-ss", f"{self.begin:.6f}"] if self.first else []

    def picture(self) -> tuple[list[str], str]:
        """Return filters that end the picture before the last frame, to go on from."""
        if self.last is None:
            return [], "[0:V:0]"
        return [], f"[0:V:0]trim=end={self._border(self.last) - self.begin:.6f},"

    def key_times(self) -> str:
        """Return when key frames are forced, in seconds of the piece: at each segment's start."""
        keys = _segment_frames(self.rate, self.first, self.last)
        return ",".join(f"{self._inner(key):.6f}" for key in keys)

    def _border(self, frame: int) -> float:
        return float(max(frame - INSIDE, Fraction(0)) / self.rate)

    def _inner(self, key: int) -> float:
        """Half a frame early: the frame itself is the first one that is not before it."""
        return float(max(key - self.first - Fraction(1, 2), Fraction(0)) / self.rate)


def _segment_frames(rate: Fraction, first: int, last: int | None) -> Iterator[int]:
    number = math.floor(first / rate / SEGMENT)
    seconds = Fraction(FARTHEST) if last is None else (last - first) / rate
    for one in range(number, number + math.ceil(seconds / SEGMENT) + 2):
        frame = math.ceil(one * SEGMENT * rate)
        if first <= frame and (last is None or frame < last):
            yield frame


def rate_of(frames_a_second: float) -> Fraction | None:
    """Return the exact rate that a probe's decimals mean; None where frames keep no common one."""
    for whole in COMMON:
        for rate in (Fraction(whole), whole * NTSC):
            if abs(float(rate) - frames_a_second) < ROUNDED and rate <= FASTEST:
                return rate
    return None


def length_of(seconds: float, crews: int) -> int:
    """Return how many seconds a piece has: some for each worker, none of them tiny."""
    even = math.ceil(seconds / (crews * ROUNDS) / SEGMENT) * SEGMENT
    return min(max(even, SHORTEST), LONGEST)


def every(seconds: float, length: int, rate: Fraction) -> list[int]:
    """Return the first frames of pieces that are as long as each other but for the last one."""
    starts = range(0, max(math.floor(seconds - length / 2), 1), length)
    return [math.ceil(start * rate) for start in starts]


def among(starts: Iterable[float], seconds: float, length: int, rate: Fraction) -> list[int]:
    """Choose from the starts of segments, in seconds, the first frames of pieces about so long."""
    chosen = [0.0]
    for start in starts:
        if start - chosen[-1] >= length and seconds - start >= length / 2:
            chosen.append(start)
    return [round(start * rate) for start in chosen]


def spans(frames: Sequence[int], rate: Fraction) -> list[Span]:
    """Return the pieces that begin with these frames."""
    ends = [*frames[1:], None]
    return [Span(rate, first, last) for first, last in zip(frames, ends, strict=True)]
