"""The poster and the storyboard: stills that say what a video is about."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import structlog
from PIL import Image, ImageStat

from core.contract.errors import VideoError
from core.contract.providers import Still, VideoWork

from . import commands
from .cutting import cut_of
from .progress import Progress

log = structlog.get_logger(__name__)

MOMENTS = (0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92)  # of the duration
PLAIN = 24.0  # a picture whose brightness varies less is black, white or a fade
DETAIL_COUNTS = 4.0  # how much finer detail outweighs contrast

FEWEST_SECONDS = 2.0  # between two pictures of the storyboard
MOST_PICTURES = 300


def make_poster(work: VideoWork) -> None:
    """Publish the most telling of a few key frames, and offer all; without one it goes without."""
    folder = work.folder / "poster"
    folder.mkdir()
    cut = cut_of(work)
    times = sorted({round(work.probe.duration * moment, 3) for moment in MOMENTS})
    try:
        places = [cut.at(time) for time in times]
        taken = commands.stills(work.source, places, folder, is_exact=bool(cut.kept))
        work.run(taken, reads=[work.source], writes=folder)
    except VideoError as error:
        log.warning("poster_incomplete", asset=work.asset_id, reason=str(error))
    found = [Still(path, time) for path, time in _found(folder, times)]
    found = sorted(found, key=lambda still: _worth(still.image), reverse=True)
    if found and "poster" not in work.published:
        work.publish_poster(found[0].image)
    if found:
        work.publish_stills(found)


def _found(folder: Path, times: Sequence[float]) -> Iterator[tuple[Path, float]]:
    """Yield the pictures that are there, each once: a short film has few key frames."""
    seen: set[bytes] = set()
    for number, time in enumerate(times):
        path = folder / f"still-{number}.jpg"
        if path.exists() and (content := sha256(path.read_bytes()).digest()) not in seen:
            seen.add(content)
            yield path, time


def _worth(image: Path) -> float:
    """Weigh contrast and detail: fades and black frames have neither."""
    with Image.open(image, formats=("JPEG",)) as picture:
        small = picture.convert("L").resize((96, 54))
    contrast = ImageStat.Stat(small).stddev[0]
    return contrast + (DETAIL_COUNTS * small.entropy() if contrast > PLAIN else 0.0)


def make_storyboard(work: VideoWork) -> None:
    """Publish sheets of small pictures and the WebVTT that names each one's place."""
    folder = work.folder / "storyboard"
    folder.mkdir()
    seconds = work.probe.duration
    every = max(FEWEST_SECONDS, math.ceil(seconds / MOST_PICTURES))
    try:
        work.run(
            commands.storyboard(work.source, work.probe, every, folder, cut_of(work)),
            reads=[work.source],
            writes=folder,
            on_line=Progress(work, seconds, apart=every * math.prod(commands.GRID)),
        )
    except VideoError as error:
        log.warning("storyboard_failed", asset=work.asset_id, reason=str(error))
        return
    sheets = sorted(path.name for path in folder.glob("*.jpg"))
    if sheets:
        words = cues(sheets, seconds, every)
        (folder / "storyboard.vtt").write_text(words)
        work.publish_storyboard(folder)


def cues(sheets: list[str], seconds: float, every: float) -> str:
    """Return WebVTT whose cues are places on the sheets (``#xywh``)."""
    (width, height), (across, down) = commands.SPRITE, commands.GRID
    count = min(max(1, math.ceil(seconds / every)), len(sheets) * across * down)
    lines = ["WEBVTT", ""]
    for number in range(count):
        sheet, place = divmod(number, across * down)
        row, column = divmod(place, across)
        end = min((number + 1) * every, max(seconds, 0.001))
        lines += [
            f"{_clock(number * every)} --> {_clock(end)}",
            f"{sheets[sheet]}#xywh={column * width},{row * height},{width},{height}",
            "",
        ]
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    minutes, rest = divmod(whole, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
