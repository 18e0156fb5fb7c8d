"""A video as one file that any player plays from the beginning: made where a page offers it."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

from core.contract.providers import RenditionDraft, VideoWork

from . import commands, playlists
from .boxes import codecs
from .ladder import Plan
from .progress import Progress

FILE = "video.mp4"


def make_file(work: VideoWork, made: Plan) -> None:
    """Join the best rendition's segments, and put the index in front; nothing is encoded."""
    name = made.names[0]
    lent = work.lend(name)
    if lent is None:
        return
    folder = work.folder / "file"
    folder.mkdir()
    joined, file = folder / "joined.mp4", folder / FILE
    join(lent, joined)
    copied = ["-map", "0", "-c", "copy", *commands.clean(), "-movflags", "+faststart", str(file)]
    work.run(
        [*commands.opening(joined), *copied],
        reads=[joined],
        writes=folder,
        on_line=Progress(work, work.probe.duration),
    )
    joined.unlink()
    rung = next((one for one in made.rungs if one.name == name), work.probe)
    rate = math.ceil(8 * file.stat().st_size / max(work.probe.duration, 1.0))
    work.publish_file(
        RenditionDraft(
            name=FILE,
            kind="file",
            width=rung.width,
            height=rung.height,
            bit_rate=rate,
            average_bit_rate=rate,
            frame_rate=work.probe.frame_rate,
            codecs=codecs((lent / playlists.INIT).read_bytes()),
            duration=work.probe.duration,
        ),
        file,
    )


def join(lent: Path, joined: Path) -> None:
    """Write an initialization and its segments one after the other: a fragmented MP4."""
    with joined.open("wb") as whole:
        for name in (playlists.INIT, *(one.name for one in playlists.read(lent))):
            with (lent / name).open("rb") as part:
                shutil.copyfileobj(part, whole, 2**20)
