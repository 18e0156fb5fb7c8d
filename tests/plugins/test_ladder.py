"""Which sizes a source gets, by the operator's profile."""

from dataclasses import replace

import pytest

from core.contract.providers import Probe
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
