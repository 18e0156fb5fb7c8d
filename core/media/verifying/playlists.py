"""Reads a media playlist as a player would (RFC 8216)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

MAP = re.compile(r'#EXT-X-MAP:.*URI="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Playlist:
    """The files it names, in order, and when each segment begins, in seconds."""

    maps: tuple[str, ...]
    segments: tuple[str, ...]
    lengths: tuple[float, ...]
    is_whole: bool

    @property
    def duration(self) -> float:
        return sum(self.lengths)

    @property
    def starts(self) -> tuple[float, ...]:
        return tuple(accumulate((0.0, *self.lengths[:-1]))) if self.lengths else ()


def read(text: str) -> Playlist:
    """Read one; what is no playlist has no segments."""
    lines = [line.strip() for line in text.splitlines()]
    return Playlist(
        maps=tuple(dict.fromkeys(found[1] for line in lines if (found := MAP.match(line)))),
        segments=tuple(line for line in lines if line and not line.startswith("#")),
        lengths=tuple(_seconds(line) for line in lines if line.startswith("#EXTINF:")),
        is_whole="#EXT-X-ENDLIST" in lines,
    )


def _seconds(line: str) -> float:
    try:
        return float(line.removeprefix("#EXTINF:").partition(",")[0])
    except ValueError:
        return 0.0
