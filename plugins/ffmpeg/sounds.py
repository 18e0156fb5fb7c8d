"""The sound alone: to listen instead of watching, as one file for feeds, and as a picture."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

from core.contract.providers import RenditionDraft, VideoWork

from . import commands
from .boxes import codecs
from .cutting import Cut, cut_of
from .encoding import publish, sound_folder
from .ladder import Plan
from .outputs import hls, m4a
from .progress import Progress

AUDIO = "audio"
FILE = commands.SOUND_FILE
MOST_PEAKS = 1_800
FEWEST_SAMPLES = 80  # in one peak
MIDDLE = 128  # of unsigned samples


def is_whole(work: VideoWork) -> bool:
    return {AUDIO, FILE, "waveform"} <= set(work.published)


def are_begun(work: VideoWork) -> bool:
    """Say whether a copy has encoded the sound in this claim."""
    return (sound_folder(work) / FILE).exists()


def make_sounds(work: VideoWork, made: Plan) -> None:
    """Encode the sound, unless a copy has; publish it as a stream, as a file, and its peaks."""
    folder = sound_folder(work)
    file, samples = folder / FILE, folder / commands.SAMPLES
    if not file.exists():
        folder.mkdir(exist_ok=True)
        work.run(
            _command(work.source, made, folder, cut_of(work)),
            reads=[work.source],
            writes=folder,
            on_line=Progress(work, work.probe.duration),
        )
    if AUDIO not in work.published:
        _publish_stream(work, file)
    if "waveform" not in work.published:
        peaks = folder / "waveform.json"
        peaks.write_text(waveform(samples))
        work.publish_waveform(peaks)
    if FILE not in work.published:
        work.publish_file(_file_draft(file, work.probe.duration), file)


def _command(source: Path, made: Plan, folder: Path, cut: Cut) -> list[str]:
    whole = m4a(folder / FILE).words
    if not made.copies_audio:
        return commands.encode_sound(source, made, folder, whole, cut=cut)
    copied = ["-map", "0:a:0", *commands.COPY_AAC, *commands.clean(), *whole]
    return [*commands.opening(source), *copied, "-map", "0:a:0", *commands.samples(folder)]


def _publish_stream(work: VideoWork, file: Path) -> None:
    folder = work.folder / "sound-stream"
    folder.mkdir()
    packaged = hls(folder, begin=commands.origin(work.probe))
    stream = ["-map", "0:a:0", "-c:a", "copy", *commands.clean(), *packaged.words]
    work.run([*commands.opening(file), *stream], reads=[file], writes=folder)
    known = RenditionDraft(name=AUDIO, kind=AUDIO)
    publish(work, {folder: known})


def _file_draft(file: Path, seconds: float) -> RenditionDraft:
    with file.open("rb") as opened:
        head = opened.read(2**20)  # its index comes first
    rate = math.ceil(8 * file.stat().st_size / max(seconds, 1.0))
    return RenditionDraft(
        name=FILE,
        kind="file",
        bit_rate=rate,
        average_bit_rate=rate,
        codecs=codecs(head),
        duration=seconds,
    )


def waveform(samples: Path) -> str:
    """Return peaks as audiowaveform's JSON: pairs of lowest and highest, -128 to 127."""
    count = samples.stat().st_size
    wide = max(math.ceil(count / MOST_PEAKS), FEWEST_SAMPLES)
    data = [peak for pair in _peaks(samples, wide) for peak in pair]
    return json.dumps(
        {
            "version": 2,
            "channels": 1,
            "sample_rate": commands.SAMPLE_RATE,
            "samples_per_pixel": wide,
            "bits": 8,
            "length": len(data) // 2,
            "data": data,
        },
        separators=(",", ":"),
    )


def _peaks(samples: Path, wide: int) -> Iterator[tuple[int, int]]:
    with samples.open("rb") as opened:
        while part := opened.read(wide):
            yield min(part) - MIDDLE, max(part) - MIDDLE
