"""The poster and the storyboard: stills that say what a video is about."""

from __future__ import annotations

import math
from pathlib import Path

import structlog
from PIL import Image, ImageStat

from core.contract.errors import VideoError
from core.contract.providers import VideoWork

from . import commands
from .progress import Progress

log = structlog.get_logger(__name__)

MOMENTS = (0.1, 0.03, 0.25, 0.45, 0.7)  # of the duration, the likeliest first
PLAIN = 24.0  # a picture whose brightness varies less is black, white or a fade
DETAIL_COUNTS = 4.0  # how much finer detail outweighs contrast

FEWEST_SECONDS = 2.0  # between two pictures of the storyboard
MOST_PICTURES = 300


def make_poster(work: VideoWork) -> None:
    """Publish the most telling of a few key frames; a video without one goes without."""
    folder = work.folder / "poster"
    folder.mkdir()
    times = sorted({round(work.probe.duration * moment, 3) for moment in MOMENTS})
    try:
        work.run(
            commands.candidates(work.source, times, folder), reads=[work.source], writes=folder
        )
    except VideoError as error:
        log.warning("poster_incomplete", asset=work.asset_id, reason=str(error))
    found = sorted(folder.glob("poster-*.jpg"))
    if found:
        work.publish_poster(max(found, key=_worth))


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
            commands.storyboard(work.source, work.probe, every, folder),
            reads=[work.source],
            writes=folder,
            on_line=Progress(work, seconds),
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
