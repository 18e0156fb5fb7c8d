"""What is played: the copy, the starter, and the ladder by one decode."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import structlog
from django.utils.translation import gettext as _

from core.contract.errors import VideoError
from core.contract.providers import Probe, RenditionDraft, VideoWork
from core.jobs.errors import SandboxError

from . import commands, playlists
from .cutting import cut_of
from .encoders import Encoder
from .growing import Growing
from .ladder import FASTEST, SEGMENT, SHORTEST_GOP, Plan, Rung, cut_like, plan
from .machine import encoders_for
from .pieces import note_starts
from .playlists import segment_name
from .progress import Progress

log = structlog.get_logger(__name__)

WHOLE = 0.9  # of the promised duration; what plays less was cut off
COPY_SHOWS_AFTER = 0.3  # seconds; most copies are whole by then
ENCODING_SHOWS_AFTER = 0.5
LADDER = "ladder"
STARTER = 3  # segments of the smallest rung that are encoded before everything else


def copy_or_plan_again(work: VideoWork, made: Plan) -> Plan:
    """Copy; a picture that cannot be packaged as it is gets encoded like any other."""
    try:
        made = _copy(work, made)
    except VideoError:
        if not work.probe.has_video:
            raise
        log.warning("copy_failed", asset=work.asset_id)
        made = plan(replace(work.probe, profile="", bit_rate=0), made.profile)
        if not set(made.names) & set(work.published):
            start(work, made)
    return made


def _copy(work: VideoWork, made: Plan) -> Plan:
    probe = work.probe
    folder = work.folder / "copy"
    stream, sound = folder / commands.STREAM, folder / commands.SOUND
    stream.mkdir(parents=True)
    sound.mkdir()
    drawn = draft(made.copied, probe, probe.width, probe.height)
    longest = math.ceil(probe.key_frame_interval) + SEGMENT
    growing = Growing(work, {stream: drawn}, after=COPY_SHOWS_AFTER, segment_seconds=longest)
    work.run(
        commands.copy(work.source, probe, made, folder, cut_of(work)),
        reads=[work.source],
        writes=folder,
        on_line=Progress(work, probe.duration, growing.look),
    )
    made = _cut_like(stream, made, probe)
    if made.follows_source:
        note_starts(work, playlists.read(stream))
    publish(work, {stream: drawn})
    sound.rename(sound_folder(work))
    return made


def sound_folder(work: VideoWork) -> Path:
    """Return where a copy leaves the sound that it has encoded, for all that follows."""
    return work.folder / commands.SOUND


def _sound_made(work: VideoWork, made: Plan) -> Path | None:
    """Return the sound that goes with the copy: made in this claim, or published by one before."""
    if not made.shares_sound:
        return None
    file = sound_folder(work) / commands.SOUND_FILE
    if file.exists():
        return file
    lent = work.lend(commands.SOUND_FILE) if commands.SOUND_FILE in work.published else None
    return next(lent.iterdir(), None) if lent else None


def cut_like_copy(work: VideoWork, made: Plan) -> Plan:
    """Cut the rungs like a copy that a former attempt has published."""
    is_short = 0 < work.probe.key_frame_interval < SHORTEST_GOP
    lent = work.lend(made.copied) if made.copied and is_short else None
    return _cut_like(lent, made, work.probe) if lent else made


def _cut_like(folder: Path, made: Plan, probe: Probe) -> Plan:
    return cut_like(made, [one.seconds for one in playlists.read(folder)], probe)


def start(work: VideoWork, made: Plan) -> None:
    """Encode the beginning of the smallest rung alone, so that playing can begin at once.

    Not before its turn: the ladder has to follow, or members would come to the beginning's end.
    The ladder makes the same segments again, and more, and takes over under the same name.
    """
    work.take_turn()
    rung = made.rungs[-1]
    folder = work.folder / "starter"
    drafts = _folders(work, [rung], folder)
    seconds = float(STARTER * SEGMENT)
    growing = _growing(work, drafts)
    work.run(
        commands.encode(work.source, work.probe, made, [rung], folder, seconds=seconds),
        reads=[work.source],
        writes=folder,
        on_line=Progress(work, seconds, growing.look),
    )
    growing.end()


def encode(work: VideoWork, made: Plan, rungs: Sequence[Rung]) -> None:
    """Encode rungs by one decode, and show them as they grow where nothing whole plays yet.

    What graphics hardware does not finish is done again in software.
    """
    # Growing renditions beside whole ones would confuse a player: another has another end.
    plays = any(name in work.published for name in made.names)
    by = encoders_for(work.site_id, made, rungs)
    try:
        run_ladder(work, made, rungs, by=by, grows=not plays)
    except (VideoError, SandboxError) as error:
        if not by:
            raise
        names = sorted({one.name for one in by.values()})
        log.warning("hardware_failed", asset=work.asset_id, encoders=names, reason=str(error))
        began = (work.folder / LADDER / rungs[0].name / segment_name(STARTER)).exists()
        shutil.rmtree(work.folder / LADDER)
        # Whoever plays what hardware had begun has its initialization: the rest must be whole.
        run_ladder(work, made, rungs, grows=not plays and not began)


def run_ladder(
    work: VideoWork,
    made: Plan,
    rungs: Sequence[Rung],
    *,
    by: Mapping[str, Encoder] = commands.SOFTWARE,
    grows: bool = False,
    name: str = LADDER,
) -> None:
    """Encode rungs, each by the encoder that ``by`` names for it, and publish them."""
    folder = work.folder / name
    drafts = _folders(work, rungs, folder)
    growing = _growing(work, drafts, first=STARTER + 1)
    sound, cut = _sound_made(work, made), cut_of(work)
    work.run(
        commands.encode(work.source, work.probe, made, rungs, folder, cut=cut, by=by, sound=sound),
        reads=[work.source, *([sound] if sound else [])],
        writes=folder,
        devices=sorted({device for one in by.values() for device in one.devices}),
        on_line=Progress(work, work.probe.duration, growing.look if grows else None),
    )
    publish(work, drafts)


def _growing(work: VideoWork, drafts: Mapping[Path, RenditionDraft], *, first: int = 1) -> Growing:
    after, longest = ENCODING_SHOWS_AFTER, SEGMENT + 1
    return Growing(work, drafts, after=after, segment_seconds=longest, first=first)


def _folders(work: VideoWork, rungs: Sequence[Rung], folder: Path) -> dict[Path, RenditionDraft]:
    drafts: dict[Path, RenditionDraft] = {}
    for rung in reversed(rungs):  # the smallest is published first
        own = folder / rung.name
        own.mkdir(parents=True)
        drafts[own] = draft(rung.name, work.probe, rung.width, rung.height)
    return drafts


def draft(name: str, probe: Probe, width: int, height: int) -> RenditionDraft:
    return RenditionDraft(
        name=name,
        width=width,
        height=height,
        frame_rate=min(probe.frame_rate, FASTEST),
        kind="hls" if probe.has_video else "audio",
    )


def publish(work: VideoWork, drafts: Mapping[Path, RenditionDraft]) -> None:
    """Publish what ffmpeg has finished, unless the file ended long before its time."""
    for folder, known in drafts.items():
        segments = playlists.read_whole(folder)
        if not segments:
            raise VideoError(_("Nothing in this file can be played. Export it again."))
        measured = playlists.draft(folder, segments, known)
        if measured.duration < work.probe.duration * WHOLE - 1:
            raise VideoError(_cut_off(measured.duration, work.probe.duration))
        playlists.write(folder, segments, is_growing=False)
        work.publish(measured, folder)


def _cut_off(found: float, promised: float) -> str:
    return _(
        "The file ends after %(found)s of %(promised)s: it was cut off or is damaged. "
        "Export it again, then upload it."
    ) % {"found": _minutes(found), "promised": _minutes(promised)}


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
