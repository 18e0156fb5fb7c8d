"""Plays only some seconds of a source: where ffmpeg begins to read, and filters that join ranges.

The source is read once, from where the first range begins to where the last one ends. What lies
between is decoded and dropped, so that every join is exact to the frame and to the sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.contract.providers import VideoWork

Range = tuple[float, float]
INSIDE = 0.25  # of a frame: times that a container has rounded stay on their side of a cut


@dataclass(frozen=True, slots=True)
class Cut:
    """The ranges of a source that play, in order; none: all of it."""

    kept: Sequence[Range] = ()
    early: float = 0.0  # seconds that every frame is asked for before its time

    @property
    def begin(self) -> float:
        return max(self.kept[0][0] - self.early, 0.0) if self.kept else 0.0

    @property
    def reads(self) -> list[str]:
        """Options in front of the input: seek to the first frame, stop after the last one."""
        if not self.kept:
            return []
        end = self.kept[-1][1] - (self.early if len(self.kept) == 1 else 0.0)
        seek = ["-ss", f"{self.begin:.6f}"] if self.begin > 0 else []
        return [*seek, "-t", f"{end - self.begin:.6f}"]

    def picture(self, source: str = "0:V:0") -> tuple[list[str], str]:
        """Return filters that join the picture, and what to go on from."""
        return _joined(self._inner, source, "v", self.early)

    def sound(self, source: str = "0:a:0") -> tuple[list[str], str]:
        """Return filters that join the sound, and what to go on from."""
        return _joined(self._inner, source, "a", 0.0)

    @property
    def _inner(self) -> list[Range]:
        """Return the ranges as they lie in what is read; one needs no join."""
        if len(self.kept) < 2:  # noqa: PLR2004 - the reading alone is the cut
            return []
        return [(start - self.begin, end - self.begin) for start, end in self.kept]

    def at(self, second: float) -> float:
        """Return where in the source a second lies that is played."""
        for start, end in self.kept:
            if second < end - start:
                return start + second
            second -= end - start
        return self.kept[-1][1] if self.kept else second


def cut_of(work: VideoWork) -> Cut:
    """Return what a claim's source is cut to."""
    rate = work.probe.frame_rate if work.probe.has_video else 0.0
    return Cut(tuple(work.kept), INSIDE / rate if rate else 0.0)


def _joined(ranges: Sequence[Range], source: str, kind: str, early: float) -> tuple[list[str], str]:
    if not ranges:
        return [], f"[{source}]"
    letter = "" if kind == "v" else "a"
    count = len(ranges)
    taps = "".join(f"[{kind}cut{number}]" for number in range(count))
    graph = [f"[{source}]{letter}split={count}{taps}"]
    for number, (start, end) in enumerate(ranges):
        begin, stop = max(start - early, 0.0), end - early
        trim = f"{letter}trim=start={begin:.6f}:end={stop:.6f},{letter}setpts=PTS-STARTPTS"
        graph.append(f"[{kind}cut{number}]{trim}[{kind}part{number}]")
    parts = "".join(f"[{kind}part{number}]" for number in range(count))
    flags = "v=1:a=0" if kind == "v" else "v=0:a=1"
    graph.append(f"{parts}concat=n={count}:{flags}[{kind}joined]")
    return graph, f"[{kind}joined]"
