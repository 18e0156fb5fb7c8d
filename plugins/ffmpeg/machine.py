"""What ffmpeg can really do on this machine: listed is not proof, encoding a second is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import structlog

from core.contract import settings_of
from core.jobs import sandbox
from core.jobs.errors import SandboxError

from .commands import binary
from .encoders import HARDWARE, Encoder
from .ladder import Plan, Rung
from .profiles import ARCHIVE, AUTOMATICALLY

log = structlog.get_logger(__name__)

TRIAL = ("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30:duration=1")
TRIAL_RUNG = Rung("360p", 640, 360, 800_000)
TRIAL_PLAN = Plan("", copies_audio=False, rungs=(TRIAL_RUNG,), follows_source=False)
TRIAL_SECONDS = 20.0


def has(encoder: str) -> bool:
    """Tell whether this ffmpeg was built with an encoder."""
    return _is_in(encoder, "encoders")


def can_judge() -> bool:
    """Tell whether this ffmpeg was built with VMAF."""
    return _is_in("libvmaf", "filters")


def _is_in(name: str, what: str) -> bool:
    try:
        return f" {name} " in listed(binary(), what)
    except SandboxError as error:
        log.warning("ffmpeg_not_asked", what=what, reason=str(error))
        return False


@cache
def listed(program: str, what: str = "encoders") -> str:
    """Return one of ffmpeg's own lists; asked once in a process."""
    return sandbox.run([program, "-hide_banner", f"-{what}"], capture=True).stdout


def hardware() -> Encoder | None:
    """Return the graphics hardware that encodes here, if any does."""
    try:
        return next((one for one, complaint in tried(binary()) if not complaint), None)
    except SandboxError as error:
        log.warning("ffmpeg_not_asked", what="hardware", reason=str(error))
        return None


@cache
def tried(program: str) -> Sequence[tuple[Encoder, str]]:
    """Let all hardware that ffmpeg knows encode one second, once in a process."""
    found = [(one, _trial(program, one)) for one in HARDWARE if f" {one.name} " in listed(program)]
    log.info("hardware_tried", **{one.name: complaint or "works" for one, complaint in found})
    return found


def _trial(program: str, encoder: Encoder) -> str:
    """Return "" where it works, else ffmpeg's last words."""
    quiet = (program, "-nostdin", "-hide_banner", "-loglevel", "error")
    pictures = ("-vf", encoder.takes) if encoder.takes else ()
    words = encoder.options(TRIAL_RUNG, TRIAL_PLAN)
    command = [*quiet, *encoder.opens, *TRIAL, *pictures, *words, "-f", "null", "-"]
    try:
        sandbox.run(command, devices=encoder.devices, wall_seconds=TRIAL_SECONDS)
    except SandboxError as error:
        return (error.output.strip().splitlines() or [str(error)])[0]
    return ""


def encoders_for(site_id: int, made: Plan, rungs: Sequence[Rung]) -> Mapping[str, Encoder]:
    """Say which rungs graphics hardware encodes.

    None of the archive's, where every bit counts; and never the smallest: it begins to play from a
    starter that x264 has made, and goes on under the same initialization.
    """
    wanted = settings_of("ffmpeg", site_id)["hardware"] == AUTOMATICALLY
    if not wanted or made.profile == ARCHIVE:
        return {}
    large = [rung.name for rung in rungs if rung.name != made.names[-1]]
    found = hardware() if large else None
    return dict.fromkeys(large, found) if found else {}
