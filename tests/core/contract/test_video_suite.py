"""The video suite is worth something: each careless rendition is caught by what judges it."""

import subprocess
from dataclasses import replace

import pytest

from core.contract.errors import StaleClaim
from core.contract.providers import RenditionDraft
from core.contract.testing import clips, video
from core.contract.testing.video import check_alignment, check_rendition, check_stop

DRAFT = RenditionDraft(
    name="360p", width=640, height=360, bit_rate=500_000, codecs="avc1.64001e,mp4a.40.2"
)


def package(clip, folder, *options):
    folder.mkdir(parents=True)
    command = [settings_ffmpeg(), "-nostdin", "-v", "error", "-i", str(clip.path), *options]
    hls = ["-f", "hls", "-hls_time", "1", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]
    subprocess.run([*command, *hls, str(folder / "index.m3u8")], check=True, timeout=60)
    return folder / "index.m3u8"


def settings_ffmpeg():
    from django.conf import settings

    return str(settings.FFMPEG)


@pytest.fixture
def clip(tmp_path):
    return clips.h264_aac(tmp_path)


@pytest.fixture
def good(clip, tmp_path):
    return package(clip, tmp_path / "good", "-c", "copy")


def test_a_good_rendition_is_praised(clip, good):
    check_rendition(clip, DRAFT, good)
    check_alignment([good, good])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("#EXT-X-ENDLIST", ""),
        lambda text: text.replace("init.mp4", "/etc/init.mp4"),
        lambda text: text.replace("init.mp4", "https://elsewhere.example/init.mp4"),
        lambda text: text.replace("init.mp4", "../good/init.mp4"),
        lambda text: text.replace("#EXTM3U\n", ""),
    ],
)
def test_a_spoilt_playlist_is_caught(clip, good, spoil):
    good.write_text(spoil(good.read_text()))
    with pytest.raises(AssertionError):
        check_rendition(clip, DRAFT, good)


def test_a_missing_segment_is_caught(clip, good):
    sorted(good.parent.glob("*.m4s"))[1].unlink()
    with pytest.raises(AssertionError):
        check_rendition(clip, DRAFT, good)


def test_a_size_that_is_not_the_pictures_is_caught(clip, good):
    with pytest.raises(AssertionError):
        check_rendition(clip, replace(DRAFT, width=320, height=180), good)


def test_a_lost_sound_is_caught(clip, tmp_path):
    mute = package(clip, tmp_path / "mute", "-c", "copy", "-an")
    with pytest.raises(AssertionError):
        check_rendition(clip, DRAFT, mute)


def test_a_film_cut_short_is_caught(clip, tmp_path):
    short = package(clip, tmp_path / "short", "-c", "copy", "-t", "3")
    with pytest.raises(AssertionError):
        check_rendition(clip, DRAFT, short)


def test_segments_that_begin_elsewhere_are_caught(clip, good, tmp_path):
    other = package(clip, tmp_path / "other", "-c:v", "libx264", "-g", "40", "-c:a", "copy")
    with pytest.raises(AssertionError):
        check_alignment([good, other])


class Deaf:
    """Goes on after its claim is void."""

    def prepare(self, work):
        try:
            work.stage("first")
        except StaleClaim:
            work.progress(0.5)


def test_going_on_after_a_stale_claim_is_caught(clip, tmp_path):
    class Swallows(Deaf):
        def prepare(self, work):
            try:
                super().prepare(work)
            except StaleClaim:
                return

    with pytest.raises(AssertionError):
        check_stop(Deaf(), clip, tmp_path / "deaf", "stage", StaleClaim)
    with pytest.raises(pytest.fail.Exception):
        check_stop(Swallows(), clip, tmp_path / "mute", "stage", StaleClaim)


def test_a_picture_beyond_its_sheet_is_caught(tmp_path):
    from PIL import Image

    folder = tmp_path / "storyboard"
    folder.mkdir()
    Image.new("RGB", (160, 90)).save(folder / "sheet.jpg")
    cue = "WEBVTT\n\n00:00.000 --> 00:05.000\nsheet.jpg#xywh={},0,160,90\n"
    work = video.Work(tmp_path, None, tmp_path, tmp_path, storyboard=folder)
    (folder / "storyboard.vtt").write_text(cue.format(0))
    video.check_storyboard(work)
    (folder / "storyboard.vtt").write_text(cue.format(160))
    with pytest.raises(AssertionError):
        video.check_storyboard(work)
