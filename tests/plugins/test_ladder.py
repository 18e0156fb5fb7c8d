"""Which sizes a source gets, by the operator's profile."""

import os
from dataclasses import replace

import pytest

from core.contract.providers import Probe
from plugins.ffmpeg import commands
from plugins.ffmpeg.ladder import plan
from plugins.ffmpeg.profiles import ARCHIVE, BALANCED, COPY, FAST

CAMERA = Probe(
    container="mov,mp4,m4a,3gp,3g2,mj2",
    duration=60.0,
    size=30_000_000,
    bit_rate=4_000_000,
    video_codec="h264",
    width=1920,
    height=1080,
    frame_rate=30.0,
    profile="High",
    pixel_format="yuv420p",
    key_frame_interval=2.0,
)


@pytest.mark.parametrize(
    "profile, video_codec, names",
    [
        (COPY, "h264", ("1080p",)),
        (COPY, "mpeg4", ("720p", "360p")),
        (FAST, "h264", ("1080p", "240p")),
        (FAST, "mpeg4", ("720p", "360p")),
        (BALANCED, "h264", ("1080p", "720p", "480p", "240p")),
        (BALANCED, "mpeg4", ("1080p", "720p", "480p", "240p")),
        (ARCHIVE, "h264", ("1080p", "720p", "480p", "360p", "240p")),
    ],
)
def test_sizes_follow_the_profile(profile, video_codec, names):
    made = plan(replace(CAMERA, video_codec=video_codec), profile)
    assert (made.names, bool(made.copied)) == (names, video_codec == "h264")


def test_nothing_is_enlarged_beside_a_small_copy():
    assert plan(replace(CAMERA, width=426, height=240, bit_rate=400_000), FAST).names == ("240p",)


HEARD = replace(CAMERA, audio_codec="aac", audio_channels=2, loudness=-30.0)


def test_rungs_take_over_a_sound_that_their_copy_has_encoded():
    assert plan(HEARD).shares_sound
    assert plan(replace(HEARD, sound_delay=2.0)).shares_sound


@pytest.mark.parametrize(
    "of_its_own",
    [
        {"loudness": -16.0},  # copied: in a file of its own it would lose its place
        {"video_codec": "mpeg4"},  # no copy that could have encoded it
        {"sound_delay": 7200.0},  # not believed, so not filled: it would begin hours early
    ],
)
def test_any_other_sound_is_made_with_the_rungs(of_its_own):
    assert not plan(replace(HEARD, **of_its_own)).shares_sound


@pytest.mark.parametrize("tail,is_copied", [(1.5, True), (2.5, False)])
def test_a_picture_that_has_to_be_held_for_long_is_not_copied(tail, is_copied):
    assert bool(plan(replace(HEARD, sound_lack=-tail)).copied) is is_copied


@pytest.mark.parametrize(
    "cores, threads, drawing",
    [(1, ["1", "1", "1"], "1"), (2, ["1", "1", "1"], "1"), (16, ["6", "3", "1"], "4")],
)
def test_smaller_rungs_take_threads_by_their_share_of_the_cores(
    monkeypatch, tmp_path, cores, threads, drawing
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(cores)))
    source = replace(CAMERA, video_codec="mpeg4")
    made = plan(source)
    words = commands.encode(tmp_path / "a.mp4", source, made, made.rungs, tmp_path)
    assert [words[at + 1] for at, word in enumerate(words) if word == "-threads"] == threads
    assert words[words.index("-filter_complex_threads") + 1] == drawing
    film = replace(source, is_interlaced=True)
    assert "-filter_complex_threads" not in commands.encode(
        tmp_path / "a.mp4", film, made, made.rungs, tmp_path
    )
