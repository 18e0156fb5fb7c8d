"""The sound of a file as transcribers hear it, and where it may be cut."""

from __future__ import annotations

import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.contract.errors import TranscriberError
from core.jobs import sandbox
from core.jobs.errors import SandboxError

from .probe import FORMATS

RATE = 16_000
BYTES_A_SECOND = 2 * RATE
QUIET, QUIET_SECONDS = "-38dB", 0.35  # quieter and longer is a silence
STALL = 120.0
OVERLAP = 4.0  # seconds that two pieces share where nobody paused
START, END = "lavfi.silence_start=", "lavfi.silence_end="
Silence = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the sound, in seconds; ``overlap`` of it belongs to the one before, too."""

    start: float
    end: float
    overlap: float = 0.0


def extract(
    source: Path, folder: Path, tick: Callable[[], None]
) -> tuple[Path, list[Silence], float]:
    """Write a file's first sound as WAV (16 kHz, mono).

    Returns it with its silences, and the CPU seconds that took.
    """
    target = folder / "sound.wav"
    marks: list[tuple[str, float]] = []
    try:
        finished = sandbox.run(
            _command(source, target),
            reads=[source],
            writes=folder,
            stall_seconds=STALL,
            on_line=lambda line: _mark(line, marks),
            tick=tick,
        )
    except SandboxError as error:
        if error.reason in {"killed", "missing"} or "No space left" in error.output:
            raise
        words = _("The sound of this file cannot be read. Export it again, then replace it.")
        raise TranscriberError(words) from error
    return target, _paired(marks, seconds_of(target)), finished.cpu_seconds


def _command(source: Path, target: Path) -> list[str]:
    listens = f"silencedetect=n={QUIET}:d={QUIET_SECONDS}"
    tells = "ametadata=mode=print:file=-:direct=1:key="
    begins = "aresample=16000:async=1:first_pts=0"  # where the film does, in silence or cut
    chain = [begins, "aformat=sample_fmts=s16:channel_layouts=mono", listens]
    chain += [f"{tells}{mark.rstrip('=')}" for mark in (START, END)]
    return [
        *(str(settings.FFMPEG), "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
        *("-progress", "pipe:1", "-format_whitelist", FORMATS, "-protocol_whitelist", "file"),
        *("-i", str(source), "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1"),
        *("-af", ",".join(chain), "-c:a", "pcm_s16le", "-f", "wav", str(target)),
    ]


def _mark(line: str, marks: list[tuple[str, float]]) -> None:
    mark = next((one for one in (START, END) if line.startswith(one)), "")
    if mark:
        marks.append((mark, max(float(line.removeprefix(mark)), 0.0)))


def _paired(marks: Sequence[tuple[str, float]], duration: float) -> list[Silence]:
    """Pair starts and ends; the last silence may last to the end."""
    found: list[Silence] = []
    began: float | None = None
    for mark, at in marks:
        if mark == START:
            began = at
        elif began is not None:
            found.append((began, at))
            began = None
    return found if began is None else [*found, (began, duration)]


def seconds_of(path: Path) -> float:
    """Return how long a WAV of ours is."""
    with wave.open(str(path), "rb") as file:
        return file.getnframes() / RATE


def cut(duration: float, silences: Sequence[Silence], longest: float) -> list[Piece]:
    """Cut a sound into pieces no longer than ``longest``, in its silences where there are any."""
    pieces: list[Piece] = []
    at = overlap = 0.0
    while duration - at > longest:
        pause = _best(silences, at + longest / 2, at + longest)
        end = at + longest if pause is None else sum(pause) / 2
        pieces.append(Piece(at, end, overlap))
        overlap = OVERLAP if pause is None else 0.0
        at = end - overlap
    return [*pieces, Piece(at, duration, overlap)]


def _best(silences: Sequence[Silence], low: float, high: float) -> Silence | None:
    """The longest silence whose middle lies between two moments; the latest of equals."""
    inside = [one for one in silences if low <= sum(one) / 2 <= high]
    return max(inside, key=lambda one: (round(one[1] - one[0], 2), one[0]), default=None)


def slice_of(sound: Path, piece: Piece, target: Path) -> Path:
    """Write one piece of a sound as a WAV of its own."""
    with wave.open(str(sound), "rb") as whole, wave.open(str(target), "wb") as part:
        whole.setpos(min(round(piece.start * RATE), whole.getnframes()))
        part.setnchannels(1)
        part.setsampwidth(2)
        part.setframerate(RATE)
        part.writeframes(whole.readframes(round((piece.end - piece.start) * RATE)))
    return target
