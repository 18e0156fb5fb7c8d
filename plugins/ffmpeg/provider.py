"""The video provider: stream copy first, then the ladder by one decode, then the stills."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog
from django.utils.translation import gettext as _

from core.contract.errors import VideoError
from core.contract.providers import PlaybackSource, Probe, RenditionDraft, StageSpec, VideoWork

from . import commands, playlists
from .growing import Growing
from .ladder import FASTEST, SEGMENT, Plan, Rung, plan
from .pictures import make_poster, make_storyboard
from .progress import Progress

log = structlog.get_logger(__name__)

HLS = "application/vnd.apple.mpegurl"
WHOLE = 0.9  # of the promised duration; what plays less was cut off
COPY_SHOWS_AFTER = 0.3  # seconds; most copies are whole by then
ENCODING_SHOWS_AFTER = 1.0


class Ffmpeg:
    """Prepares on this machine and plays HLS through the house's gate."""

    name = "ffmpeg"
    label = "ffmpeg on your own machines"

    def accepts(self, probe: Probe) -> str:
        if probe.has_video or probe.has_audio:
            return ""
        return _("The file holds neither a picture nor a sound. Export it again, then upload it.")

    def stages(self, probe: Probe) -> Sequence[StageSpec]:
        made = plan(probe)
        stages = []
        if made.copied:
            stages.append(StageSpec("first", _("Making it playable")))
        if probe.has_video:
            stages.append(StageSpec("poster", _("Choosing a poster")))
        if made.rungs:
            names = ", ".join(rung.name for rung in made.rungs)
            stages.append(StageSpec("ladder", _("Encoding %(names)s") % {"names": names}))
        if probe.has_video:
            stages.append(StageSpec("storyboard", _("Drawing the preview pictures")))
        return stages

    def prepare(self, work: VideoWork) -> None:
        made = plan(work.probe)
        if made.copied and made.copied not in work.published:
            work.stage("first")
            made = _copy_or_plan_again(work, made)
        if work.probe.has_video and "poster" not in work.published:
            work.stage("poster")
            make_poster(work)
        missing = [rung for rung in made.rungs if rung.name not in work.published]
        if missing:
            work.stage("ladder")
            _encode(work, made, missing)
        if work.probe.has_video and "storyboard" not in work.published:
            work.stage("storyboard")
            make_storyboard(work)

    def playback(self, asset: Any, *, base_url: str, expires_at: float) -> PlaybackSource:
        return PlaybackSource(
            url=f"{base_url}master.m3u8",
            content_type=HLS,
            expires_at=expires_at,
            duration=asset.duration or 0.0,
            poster=f"{base_url}poster.jpg" if asset.poster_id else "",
            storyboard=f"{base_url}storyboard/storyboard.vtt" if asset.storyboard_id else "",
        )

    def forget(self, asset: Any) -> None:
        """Nothing lies outside the house's own storage."""


def _copy_or_plan_again(work: VideoWork, made: Plan) -> Plan:
    """Copy; a picture that cannot be packaged as it is gets encoded like any other."""
    try:
        _copy(work, made)
    except VideoError:
        if not work.probe.has_video:
            raise
        log.warning("copy_failed", asset=work.asset_id)
        return plan(replace(work.probe, profile="", bit_rate=0))
    return made


def _copy(work: VideoWork, made: Plan) -> None:
    probe = work.probe
    folder = work.folder / "copy"
    folder.mkdir()
    draft = _draft(made.copied, probe, probe.width, probe.height)
    longest = math.ceil(probe.key_frame_interval) + SEGMENT
    growing = Growing(work, {folder: draft}, after=COPY_SHOWS_AFTER, segment_seconds=longest)
    work.run(
        commands.copy(work.source, probe, made, folder),
        reads=[work.source],
        writes=folder,
        on_line=Progress(work, probe.duration, growing.look),
    )
    _publish(work, {folder: draft})


def _encode(work: VideoWork, made: Plan, rungs: Sequence[Rung]) -> None:
    folder = work.folder / "ladder"
    drafts: dict[Path, RenditionDraft] = {}
    for rung in reversed(rungs):  # the smallest is published first
        own = folder / rung.name
        own.mkdir(parents=True)
        drafts[own] = _draft(rung.name, work.probe, rung.width, rung.height)
    growing = Growing(work, drafts, after=ENCODING_SHOWS_AFTER, segment_seconds=SEGMENT + 1)
    work.run(
        commands.encode(work.source, work.probe, made, rungs, folder),
        reads=[work.source],
        writes=folder,
        on_line=Progress(work, work.probe.duration, None if _plays(work, made) else growing.look),
    )
    _publish(work, drafts)


def _plays(work: VideoWork, made: Plan) -> bool:
    """Whole renditions play already; growing ones beside them would confuse a player."""
    return any(name in work.published for name in made.names)


def _draft(name: str, probe: Probe, width: int, height: int) -> RenditionDraft:
    return RenditionDraft(
        name=name,
        width=width,
        height=height,
        frame_rate=min(probe.frame_rate, FASTEST),
        kind="hls" if probe.has_video else "audio",
    )


def _publish(work: VideoWork, drafts: Mapping[Path, RenditionDraft]) -> None:
    """Publish what ffmpeg has finished, unless the file ended long before its time."""
    for folder, draft in drafts.items():
        segments = playlists.read(folder)
        if not segments:
            raise VideoError(_("Nothing in this file can be played. Export it again."))
        measured = playlists.draft(folder, segments, draft)
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
