"""How near encoded pictures come to their source: VMAF of a few short samples.

Both are brought to the size a viewer would see them at: the source's own, but at most 1080 lines,
which is what VMAF's standard model was made for. A smaller rung is scaled up to it, as a player
would, so that what scaling lost counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import structlog

from core.contract import settings_of
from core.contract.errors import VideoError
from core.contract.providers import Probe, VideoWork

from . import commands, machine, playlists
from .cutting import INSIDE, cut_of
from .ladder import FASTEST, Plan

log = structlog.get_logger(__name__)

STAGE = "quality"
LINES = 1080  # the model's own height
MOMENTS = (0.2, 0.5, 0.8)  # of the duration
FEW, SHORT = 1, 120.0  # samples, of films shorter than so many seconds
EVERY = 5  # so many frames one is judged
DOUBTFUL = 75.0  # a score below may come from a sample that lies a frame off
MISSED = 20.0  # a score below is that of two different moments
SIDEWAYS = (0, 1, -1)  # frames


def is_wanted(site_id: int) -> bool:
    """Tell whether an operator wants it, and this machine's ffmpeg has libvmaf."""
    return bool(settings_of("ffmpeg", site_id)["quality"]) and machine.can_judge()


def can_compare(probe: Probe) -> bool:
    """Tell whether ffmpeg finds a second in the source exactly; a transport stream has no index."""
    return "mpegts" not in probe.container and not probe.picture_lack


def unrated(work: VideoWork, made: Sequence[Plan]) -> list[str]:
    """Return the top encoded rung of each ladder that is there and was not measured yet."""
    tops = [plan.rungs[0].name for plan in made if plan.rungs]
    done = work.published
    return [name for name in tops if name in done and f"{STAGE}/{name}" not in done]


def rate(work: VideoWork, name: str) -> None:
    """Measure one rendition; where nothing comes of it, it goes without."""
    folder = work.folder / f"quality-{name}"
    folder.mkdir()
    lent = work.lend(name, only=[playlists.INDEX])
    if lent is None:
        return
    scores: list[float] = []
    for segment, start in _samples(playlists.read(lent), work.probe.duration):
        whole = _joined(work, name, segment.name, folder)
        score = _best(work, whole, start, segment.seconds)
        scores += [score] if score is not None else []
        whole.unlink()
        work.progress(len(scores) / len(MOMENTS))
    if scores:
        work.rate(name, sum(scores) / len(scores))


def _samples(
    segments: Sequence[playlists.Segment], duration: float
) -> Iterator[tuple[playlists.Segment, float]]:
    """Yield whole segments, and when each begins, at a few places of the film."""
    starts = [0.0, *accumulate(one.seconds for one in segments)]
    moments = MOMENTS if duration >= SHORT else MOMENTS[1 : 1 + FEW]
    # The first segment may begin with pictures that were repeated until the film's own came.
    numbers = {max(int(moment * len(segments)), min(1, len(segments) - 1)) for moment in moments}
    for number in sorted(numbers):
        yield segments[number], starts[number]


def _joined(work: VideoWork, name: str, segment: str, folder: Path) -> Path:
    lent = work.lend(name, only=[playlists.INIT, segment])
    path = folder / "sample.mp4"
    parts = [] if lent is None else [lent / playlists.INIT, lent / segment]
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def _best(work: VideoWork, sample: Path, start: float, seconds: float) -> float | None:
    """Compare; a doubtful score is sought a frame to either side: some sources begin late."""
    frame = 1 / min(work.probe.frame_rate or 25.0, FASTEST)
    best: float | None = None
    for shift in SIDEWAYS:
        score = _score(work, sample, start + shift * frame, seconds)
        if score is not None and (best is None or score > best):
            best = score
        if best is not None and best >= DOUBTFUL:
            break
    return best if best is not None and best >= MISSED else None


def _score(work: VideoWork, sample: Path, start: float, seconds: float) -> float | None:
    said: list[str] = []
    place = cut_of(work).at(max(start, 0.0))
    command = comparison(sample, work.source, work.probe, place, seconds)
    try:
        work.run(command, reads=[sample, work.source], writes=sample.parent, on_line=said.append)
        return float(json.loads("\n".join(said))["pooled_metrics"]["vmaf"]["mean"])
    except (VideoError, ValueError, KeyError) as error:
        log.warning("quality_failed", asset=work.asset_id, reason=str(error))
        return None


def comparison(sample: Path, source: Path, probe: Probe, place: float, seconds: float) -> list[str]:
    """Return ffmpeg's words: what was encoded beside the same seconds of its source."""
    rate = min(probe.frame_rate or 25.0, FASTEST)
    early = max(place - INSIDE / rate, 0.0)
    size = "scale={}:{}:flags=bicubic".format(*_size(probe))
    even = f"{size},format=yuv420p,setsar=1,setpts=PTS-STARTPTS"
    # What is encoded has a constant rate: rounded times of a source must not pair other frames.
    mended = "".join(f"{one}," for one in (*commands.mended(probe), f"fps={rate:.6f}"))
    judge = f"libvmaf=n_threads=2:n_subsample={EVERY}:log_fmt=json:log_path=/dev/stdout"
    graph = f"[0:V]{even}[made];[1:V]{mended}{even}[wanted];[made][wanted]{judge}"
    reads = ("-ss", f"{early:.6f}", "-t", f"{seconds:.6f}")
    return [
        *(commands.binary(), "-nostdin", "-hide_banner", "-loglevel", "error"),
        *commands.source_of(sample),
        *commands.source_of(source, before=reads),
        *("-filter_complex", graph, "-an", "-f", "null", "-"),
    ]


def _size(probe: Probe) -> tuple[int, int]:
    part = min(1.0, LINES / min(probe.width, probe.height))
    return round(probe.width * part / 2) * 2, round(probe.height * part / 2) * 2
