"""The master playlist, made from the rungs that are published (RFC 8216, section 4.3.4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from core.media.models import Rendition

FIRST_HEIGHT = 480  # the tallest rung a player may start with before it knows the line
EVERYBODY = "avc1"  # H.264: what every browser plays
NEAR = 1.15  # another codec's ladder whose top is this much lower goes as high


def master(renditions: Iterable[Rendition], captions: Sequence[str] = ()) -> str:
    """Return the master playlist: the rung to start with first, the others upwards.

    ``captions`` are the lines that name them, for a device that is told of them nowhere else.
    """
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS", *captions]
    words = ',SUBTITLES="captions"' if captions else ""
    for rendition in _in_order(renditions):
        about = f"{_attributes(rendition)}{words}"
        lines += [f"#EXT-X-STREAM-INF:{about}", f"{rendition.name}/index.m3u8"]
    return "\n".join([*lines, ""])


def of_captions(language: str, seconds: float) -> str:
    """Return the playlist of captions that lie in one file, as long as their film."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{max(1, ceil(seconds))}"]
    lines += ["#EXT-X-PLAYLIST-TYPE:VOD", f"#EXTINF:{max(1, seconds):.3f},", f"{language}.vtt"]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def _in_order(renditions: Iterable[Rendition]) -> Sequence[Rendition]:
    playable = [row for row in renditions if row.kind != Rendition.Kind.FILE and row.object]
    whole = [row for row in playable if not row.is_growing]  # one that grows has another end
    rungs = sorted(whole or playable, key=lambda row: (row.height or 0, _peak(row)))
    pictures = [row for row in rungs if row.height]
    if not pictures:
        return rungs
    common, others = _by_codec(pictures)
    small = [row for row in common if (row.height or 0) <= FIRST_HEIGHT]
    start = small[-1] if small else common[0]
    return [start, *(row for row in common if row is not start), *others, *_sound(rungs)]


def _by_codec(pictures: Sequence[Rendition]) -> tuple[list[Rendition], list[Rendition]]:
    """Part what everybody plays from whole ladders of another codec, for who can play it.

    A player stays with one codec: a ladder of another that has not reached the top is left out.
    """
    first = _codec(next((row for row in pictures if _codec(row) == EVERYBODY), pictures[0]))
    common = [row for row in pictures if _codec(row) in (first, "")]
    top = common[-1].height or 0
    whole = {
        _codec(row) for row in pictures if row not in common and (row.height or 0) * NEAR >= top
    }
    return common, [row for row in pictures if row not in common and _codec(row) in whole]


def _codec(row: Rendition) -> str:
    return row.codecs.partition(".")[0]


def _sound(rungs: Sequence[Rendition]) -> list[Rendition]:
    return [row for row in rungs if not row.height]


def _attributes(row: Rendition) -> str:
    values = [f"BANDWIDTH={_peak(row)}"]
    if row.average_bit_rate:
        values.append(f"AVERAGE-BANDWIDTH={row.average_bit_rate}")
    if row.width and row.height:
        values.append(f"RESOLUTION={row.width}x{row.height}")
    if row.frame_rate and row.height:
        values.append(f"FRAME-RATE={row.frame_rate:.3f}")
    if row.codecs:
        values.append(f'CODECS="{row.codecs}"')
    return ",".join(values)


def _peak(row: Rendition) -> int:
    """Return bits a second at the peak; the average and a third more where nobody measured."""
    return row.bit_rate or round((row.average_bit_rate or 1_000_000) * 4 / 3)
