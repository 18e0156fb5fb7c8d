"""The video provider: playable first, then the ladder by one decode, then what lies beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.contract.providers import PlaybackSource, Probe, StageSpec, VideoWork
from core.contract.sharing import Piece

from . import downloads, pieces, quality, second, sounds
from .downloads import make_file
from .encoding import copy_or_plan_again, cut_like_copy, encode, start
from .joining import finish
from .ladder import Plan, plan
from .pictures import make_poster, make_storyboard
from .pieces import hand_out, order_in_hand
from .profiles import profile_of
from .sounds import make_sounds

HLS = "application/vnd.apple.mpegurl"


class Ffmpeg:
    """Prepares on this machine and plays HLS through the house's gate."""

    name = "ffmpeg"
    cuts = True
    label = "ffmpeg on your own machines"

    def wants_new(self, site: Any) -> bool:
        """The one that is there when nobody else wants them."""
        del site
        return False

    def accepts(self, probe: Probe) -> str:
        if probe.has_video or probe.has_audio:
            return ""
        return _("The file holds neither a picture nor a sound. Export it again, then upload it.")

    def stages(self, probe: Probe) -> Sequence[StageSpec]:
        stages = [
            ("first", _("Making it playable"), True),
            ("poster", _("Choosing a poster"), probe.has_video),
            ("ladder", _("Encoding for every screen"), probe.has_video and bool(plan(probe).rungs)),
            ("sound", _("Preparing the sound"), probe.has_audio),
            ("storyboard", _("Drawing the preview pictures"), probe.has_video),
            ("file", _("Making the download"), probe.has_video),
        ]
        needed = [(name, label) for name, label, is_needed in stages if is_needed]
        return [StageSpec(name, label, is_optional=name == "file") for name, label in needed]

    def prepare(self, work: VideoWork) -> None:
        order = order_in_hand(work)
        made = order.plan if order else _playable(work, _planned(work))
        missing = [rung for rung in made.rungs if rung.name not in work.published]
        if made.copied and not order:
            _before_the_turn(work, made)
        order = order or hand_out(work, made, missing)
        _make_poster(work)
        if missing and not order:
            work.stage("ladder")
            encode(work, made, missing)
        _make_sounds(work, made)
        if work.probe.has_video and "storyboard" not in work.published:
            work.stage("storyboard")
            make_storyboard(work)
        if missing and order:
            finish(work, order)
        if work.wants_file and work.probe.has_video and downloads.FILE not in work.published:
            work.stage("file")
            make_file(work, made)

    def make_piece(self, work: VideoWork, piece: Piece) -> Path | None:
        return pieces.make(work, piece)

    def improvements(self, probe: Probe, site_id: int) -> Sequence[StageSpec]:
        """Return what an operator wants done once a video plays in all its sizes."""
        if not probe.has_video:
            return []
        again = bool(second.codec_for(site_id))
        encodes = again or bool(plan(probe, profile_of(site_id)).rungs)
        measures = encodes and quality.can_compare(probe) and quality.is_wanted(site_id)
        stages = [
            (second.STAGE, _("Encoding once more, smaller"), again),
            (quality.STAGE, _("Measuring the quality"), measures),
        ]
        return [StageSpec(name, label) for name, label, is_wanted in stages if is_wanted]

    def improve(self, work: VideoWork) -> None:
        """Add the second ladder, then measure the best rung of each."""
        made = cut_like_copy(work, _planned(work))
        codec = second.codec_for(work.site_id)
        plans = [made, *([second.second_plan(work.probe, made, codec)] if codec else [])]
        if any(rung.name not in work.published for one in plans[1:] for rung in one.rungs):
            work.stage(second.STAGE)
            second.make_second(work, made, codec)
        measures = quality.can_compare(work.probe) and quality.is_wanted(work.site_id)
        unrated = quality.unrated(work, plans) if measures else []
        if unrated:
            work.stage(quality.STAGE)
        for name in unrated:
            quality.rate(work, name)

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


def _before_the_turn(work: VideoWork, made: Plan) -> None:
    """Do what takes no time, or would be lost, and let other films become playable."""
    _make_poster(work)
    if sounds.are_begun(work) or not work.probe.has_video:
        _make_sounds(work, made)
    if work.probe.has_video:
        work.take_turn()


def _make_poster(work: VideoWork) -> None:
    if work.probe.has_video and not {"poster", "stills"} <= set(work.published):
        work.stage("poster")
        make_poster(work)


def _make_sounds(work: VideoWork, made: Plan) -> None:
    if work.probe.has_audio and not sounds.is_whole(work):
        work.stage("sound")
        make_sounds(work, made)


def _planned(work: VideoWork) -> Plan:
    """Plan; what is cut is encoded, because a copy begins and ends where the source's frames do."""
    profile = profile_of(work.site_id)
    if not work.kept:
        return plan(work.probe, profile)
    cut = plan(replace(work.probe, profile="", bit_rate=0), profile)
    return replace(cut, copies_audio=False)


def _playable(work: VideoWork, made: Plan) -> Plan:
    """Have something to play as soon as can be; returns the plan for all that follows."""
    wanted = [made.copied] if made.copied else made.names
    if any(name in work.published for name in wanted):
        return cut_like_copy(work, made)
    if work.kept and not made.copied:
        return made  # the former version plays meanwhile: the ladder is all there is to do
    work.stage("first")
    if made.copied:
        return copy_or_plan_again(work, made)
    start(work, made)
    return made
