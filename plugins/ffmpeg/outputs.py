"""What ffmpeg writes: one file or stream in one way, or what it has encoded once in several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .ladder import SEGMENT
from .playlists import INDEX, INIT

ORIGIN = 0.2  # seconds, where every clock begins, unless a picture wants it later
# The clock stands in the fragments alone. Browsers' Media Source passes over edit lists: it would
# play a sound that begins late too early, and pictures with B-frames two frames after the others.
CLOCK = "movflags=+frag_discont:use_editlist=0:avoid_negative_ts=make_non_negative"
SAME_INIT = "write_btrt=0"  # a guess of the bit rate would differ between what grows and the whole
PART_MARKS = "\\'|"
OPTION_MARKS = "\\'[]: "


@dataclass(frozen=True, slots=True)
class Output:
    """Where streams go, in which format, and the options of its muxer."""

    format: str
    path: Path
    options: Mapping[str, str]

    @property
    def words(self) -> list[str]:
        options = [word for name, value in self.options.items() for word in (f"-{name}", value)]
        return ["-f", self.format, *options, str(self.path)]


def hls(folder: Path, *, begin: float = ORIGIN, seconds: float = SEGMENT) -> Output:
    """Write fragmented MP4 under a playlist that grows, each file complete when it is named."""
    options = {
        "output_ts_offset": f"{begin:.3f}",
        "hls_segment_options": f"{CLOCK}:{SAME_INIT}",
        "hls_time": str(seconds),
        "hls_playlist_type": "event",
        "hls_segment_type": "fmp4",
        "hls_fmp4_init_filename": INIT,
        "hls_flags": "independent_segments+temp_file",
        "hls_segment_filename": str(folder / "s%05d.m4s"),
    }
    return Output("hls", folder / INDEX, options)


def m4a(path: Path) -> Output:
    """Write a sound as a file whose index comes first."""
    return Output("ipod", path, {"movflags": "+faststart"})


def tee(*outputs: tuple[Output, str]) -> list[str]:
    """Write several outputs of what is encoded once, each of the streams that are named, or "".

    The text, and what is escaped in it twice, is that of ffmpeg's tee muxer
    (https://ffmpeg.org/ffmpeg-formats.html#tee-1).
    """
    parts = (_escaped(_part(one, streams), PART_MARKS) for one, streams in outputs)
    return ["-f", "tee", "|".join(parts)]


def _part(one: Output, streams: str) -> str:
    options = {"f": one.format, **({"select": streams} if streams else {}), **one.options}
    words = (f"{name}={_escaped(value, OPTION_MARKS)}" for name, value in options.items())
    return f"[{':'.join(words)}]{one.path}"


def _escaped(text: str, marks: str) -> str:
    return "".join(f"\\{one}" if one in marks else one for one in text)
