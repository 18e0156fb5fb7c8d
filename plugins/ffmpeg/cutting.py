"""Plays only some seconds of a source: where ffmpeg reads, and filters that join ranges.

Ranges that lie near each other are read in one go, and what is between them is decoded and dropped;
over a long gap ffmpeg jumps, by opening the source once more. Every join is exact to the frame and
to the sample: each part of the sound lasts as long as its range, whatever holes the source has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from core.contract.providers import Probe, VideoWork

from .grid import INDEXED, rate_of
from .ladder import FASTEST

Range = tuple[float, float]
INSIDE = 0.25  # of a frame: times that a container has rounded stay on their side of a cut
FAR = 20.0  # seconds: decoding a shorter gap costs about what opening a file does
MOST_READINGS = 8  # each holds a decoder's pictures in memory
LIVELY = 30.0  # frames a second, about; a recorded screen has few on average, and moves in between
LEAD = 10.0  # seconds read before an uneven picture's range: what is shown there began before it


@dataclass(frozen=True, slots=True)
class Cut:
    """The ranges of a source that play, in order; none: all of it."""

    kept: Sequence[Range] = ()
    early: float = 0.0  # seconds that every frame is asked for before its time
    evened: float = 0.0  # frames a second that an uneven picture is brought to first
    jumps: bool = True  # the source says where each second lies
    holds: bool = False  # the last picture is shown until the sound ends

    @property
    def readings(self) -> list[list[Range]]:
        """Return the ranges by the reading they are taken from; the longest gaps are jumped."""
        gaps = [(later[0] - sooner[1], later[0]) for sooner, later in pairwise(self.kept)]
        far = sorted((gap for gap in gaps if self.jumps and gap[0] > FAR), reverse=True)
        begins = {begin for _gap, begin in far[: MOST_READINGS - 1]}
        found: list[list[Range]] = []
        for one in self.kept:
            if not found or one[0] in begins:
                found.append([])
            found[-1].append(one)
        return found

    @property
    def reads(self) -> list[list[str]]:
        """Options in front of each input: seek to its first frame, stop after its last one."""
        return [self._read(ranges) for ranges in self.readings] or [[]]

    @property
    def longest_gap(self) -> float:
        """Return the most seconds that are read for nothing between two that play."""
        gaps = [
            begin - end for ranges in self.readings for (_, end), (begin, _) in pairwise(ranges)
        ]
        return max(gaps, default=0.0)

    def picture(self) -> tuple[list[str], str]:
        """Return filters that join the picture, and what to go on from."""
        return self._joined("v")

    def sound(self) -> tuple[list[str], str]:
        """Return filters that join the sound, and what to go on from."""
        return self._joined("a")

    def at(self, second: float) -> float:
        """Return where in the source a second lies that is played."""
        for start, end in self.kept:
            if second < end - start:
                return start + second
            second -= end - start
        return self.kept[-1][1] if self.kept else second

    def _begin(self, ranges: Sequence[Range]) -> float:
        lead = inf if self.holds else LEAD if self.evened else self.early
        return max(ranges[0][0] - lead, 0.0)

    def _read(self, ranges: Sequence[Range]) -> list[str]:
        begin = self._begin(ranges)
        end = ranges[-1][1] - (self.early if self._is_plain else 0.0)
        seek = ["-ss", f"{begin:.6f}"] if begin > 0 else []
        return [*seek, "-t", f"{end - begin:.6f}"]

    @property
    def _is_plain(self) -> bool:
        """Say whether the reading alone is the cut."""
        return len(self.kept) == 1 and not (self.evened or self.holds)

    def _joined(self, kind: str) -> tuple[list[str], str]:
        if not self.kept or self._is_plain:
            return [], "[0:V:0]" if kind == "v" else "[0:a:0]"
        graph: list[str] = []
        count = 0
        for number, ranges in enumerate(self.readings):
            places = range(count, count := count + len(ranges))
            graph.append(self._opened(kind, number, [f"[{kind}cut{place}]" for place in places]))
            for place, (start, end) in zip(places, self._inner(ranges), strict=True):
                trim = self._trimmed(kind, start, end)
                graph.append(f"[{kind}cut{place}]{trim}[{kind}part{place}]")
        parts = "".join(f"[{kind}part{place}]" for place in range(count))
        flags = "v=1:a=0" if kind == "v" else "v=0:a=1"
        graph.append(f"{parts}concat=n={count}:{flags}[{kind}joined]")
        return graph, f"[{kind}joined]"

    def _opened(self, kind: str, number: int, taps: Sequence[str]) -> str:
        """Return filters that make a reading whole from its first moment on, and tap it."""
        if kind == "a":
            silence = "aresample=async=1:first_pts=0,apad"  # where the source has no sound
            return f"[{number}:a:0]{silence},asplit={len(taps)}{''.join(taps)}"
        even = f"fps={self.evened:.6f}:start_time=0," if self.evened else ""
        even += "tpad=stop=-1:stop_mode=clone," if self.holds else ""
        return f"[{number}:V:0]{even}split={len(taps)}{''.join(taps)}"

    def _inner(self, ranges: Sequence[Range]) -> Iterator[Range]:
        """Yield ranges as they lie in what one reading gives."""
        begin = self._begin(ranges)
        for start, end in ranges:
            yield start - begin, end - begin

    def _trimmed(self, kind: str, start: float, end: float) -> str:
        letter, early = ("", self.early) if kind == "v" else ("a", 0.0)
        begin, stop = max(start - early, 0.0), end - early
        return f"{letter}trim=start={begin:.6f}:end={stop:.6f},{letter}setpts=PTS-STARTPTS"


def cut_of(work: VideoWork) -> Cut:
    """Return what a claim's source is cut to."""
    probe = work.probe
    evened = _evened(probe)
    rate = evened or probe.frame_rate
    early = INSIDE / rate if probe.has_video and rate else 0.0
    holds = probe.picture_lack > 0
    jumps = probe.container.startswith(INDEXED) and not holds
    return Cut(tuple(work.kept), early, evened, jumps, holds)


def _evened(probe: Probe) -> float:
    """Return the rate for a picture whose frames keep no common one; 0 for an even picture."""
    rate = probe.frame_rate
    if not probe.has_video or not rate or rate_of(rate) is not None:
        return 0.0
    return min(rate * max(round(LIVELY / rate), 1), FASTEST)
