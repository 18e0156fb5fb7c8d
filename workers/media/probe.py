"""Asks the sandbox what a file is, and words its refusals for an editor."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from core.contract.errors import VideoError
from core.contract.providers import Probe
from core.jobs import sandbox
from core.jobs.errors import SandboxError

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mp3,wav,w64,flac,ogg,aac"
SCRIPT = Path(__file__).with_name("inside.py")
SECONDS = 120
MEMORY = 768 * 2**20  # bytes

CUT_OFF = "moov atom not found"


def probe(
    source: Path,
    tick: Callable[[], None] | None = None,
    spent: Callable[[sandbox.Finished], None] | None = None,
) -> Probe:
    """Return what a file is; raises ``VideoError``, in plain words, for what is not taken."""
    command = [sys.executable, "-I", str(SCRIPT), str(source), FORMATS]
    try:
        finished = sandbox.run(
            command,
            reads=[source, SCRIPT],
            stall_seconds=SECONDS,
            wall_seconds=SECONDS,
            memory_bytes=MEMORY,
            file_bytes=0,
            capture=True,
            tick=tick,
        )
    except SandboxError as error:
        if error.reason == "missing":
            raise
        raise VideoError(_words("hostile")) from error
    if spent is not None:
        spent(finished)
    verdict = json.loads(finished.stdout)
    if "refused" in verdict:
        cut_off = CUT_OFF in finished.stderr_tail
        raise VideoError(_words("cut_off" if cut_off else verdict["refused"]))
    return Probe(**verdict["probe"])


def _words(code: str) -> str:
    export = _("Export it as MP4 (H.264 and AAC), then upload it again.")
    sentences = {
        "streams": _("The file holds too many tracks."),
        "nothing": _("The file holds neither a picture nor a sound."),
        "codec": _("The file was made with a codec that we do not know."),
        "pixels": _("The picture is larger than 8192 × 4320 pixels."),
        "undecodable": _("Not one picture of this video can be read: it is damaged."),
        "no_duration": _("The video has no length: it is empty or damaged."),
        "too_long": _("The video says it is longer than 24 hours."),
        "memory": _("The file needs more memory to read than any honest video does."),
        "hostile": _("The file could not be read within safe limits: it is damaged."),
        "cut_off": _("The file was cut off before it was finished: its index is missing."),
    }
    what = sentences.get(code, _("The file is damaged, or is not a video or a sound."))
    return f"{what} {export}"
