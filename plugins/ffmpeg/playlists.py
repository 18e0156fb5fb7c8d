"""Media playlists (RFC 8216): reading ffmpeg's, writing ours, and what the segments weigh."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

from core.contract.providers import RenditionDraft

from . import boxes

INDEX = "index.m3u8"
INIT = "init.mp4"


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of a rendition and how many seconds it plays."""

    name: str
    seconds: float


def segment_name(number: int) -> str:
    return f"s{number:05d}.m4s"


def read(folder: Path) -> list[Segment]:
    """Return the segments that a playlist names, all of them complete."""
    segments: list[Segment] = []
    seconds = 0.0
    for line in (folder / INDEX).read_text().splitlines():
        if line.startswith("#EXTINF:"):
            seconds = float(line.removeprefix("#EXTINF:").partition(",")[0])
        elif line and not line.startswith("#"):
            segments.append(Segment(line, seconds))
    return segments


def read_whole(folder: Path) -> list[Segment]:
    """Return a finished playlist's segments; the last one's length is measured.

    ffmpeg counts it up to the picture that comes last in the file, which B-frames are shown after.
    """
    segments = read(folder)
    if segments:
        name = segments[-1].name
        init, last = (folder / INIT).read_bytes(), (folder / name).read_bytes()
        segments[-1] = Segment(name, boxes.seconds(init, last))
    return segments


def write(folder: Path, segments: list[Segment], *, is_growing: bool, target: int = 0) -> None:
    """Write a playlist; one that grows has no end and asks players to begin at the beginning."""
    longest = math.ceil(max(segment.seconds for segment in segments) - 0.5)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(longest, target, 1)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        f"#EXT-X-PLAYLIST-TYPE:{'EVENT' if is_growing else 'VOD'}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        *(("#EXT-X-START:TIME-OFFSET=0,PRECISE=YES",) if is_growing else ()),
        f'#EXT-X-MAP:URI="{INIT}"',
    ]
    for segment in segments:
        lines += [f"#EXTINF:{segment.seconds:.6f},", segment.name]
    lines += () if is_growing else ("#EXT-X-ENDLIST",)
    (folder / INDEX).write_text("\n".join(lines) + "\n")


def snapshot(folder: Path, target: Path, count: int, *, seconds: int) -> list[Segment]:
    """Link the first ``count`` segments into a tree of their own, under a growing playlist."""
    segments = read(folder)[:count]
    target.mkdir()
    for name in (INIT, *(segment.name for segment in segments)):
        os.link(folder / name, target / name)
    write(target, segments, is_growing=True, target=seconds)
    return segments


def draft(folder: Path, segments: list[Segment], known: RenditionDraft) -> RenditionDraft:
    """Fill in what only the finished files tell: bit rates, codecs, duration."""
    total = sum(segment.seconds for segment in segments)
    bits = [8 * (folder / segment.name).stat().st_size for segment in segments]
    peaks = [
        weight / max(segment.seconds, 1.0) for weight, segment in zip(bits, segments, strict=True)
    ]
    return RenditionDraft(
        name=known.name,
        width=known.width,
        height=known.height,
        frame_rate=known.frame_rate,
        kind=known.kind,
        bit_rate=math.ceil(max(peaks)),
        average_bit_rate=math.ceil(sum(bits) / max(total, 1.0)),
        codecs=boxes.codecs((folder / INIT).read_bytes()),
        is_growing=known.is_growing,
        duration=round(total, 3),
    )
