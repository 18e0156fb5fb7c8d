"""Broken, empty, disguised and hostile files fail with a plain reason and reveal nothing."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
import zlib

import pytest

from core.contract.errors import VideoError
from core.media.models import Asset
from core.storage.models import StoredObject
from core.storage.services import place
from plugins.ffmpeg import commands, ladder
from plugins.ffmpeg.outputs import hls
from workers.media.probe import FORMATS, SCRIPT, probe

from .conftest import AAC, H264, make, picture, sound

PTS_AND_DTS = 3  # ISO/IEC 13818-1, 2.4.3.7
CANARY = b"canary-7f3a"


@pytest.fixture(scope="module")
def canary(tmp_path_factory):
    """A film elsewhere on this machine; its sound must never be heard through another file."""
    return make(
        tmp_path_factory.mktemp("elsewhere") / "canary.mp4", *picture(), *sound(), *H264, *AAC
    )


def playlist(canary):
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\n{canary}\n#EXT-X-ENDLIST\n".encode()


def concat(canary):
    return f"ffconcat version 1.0\nfile '{canary}'\n".encode()


def sdp(_canary):
    return b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n"


def dash(canary):
    return f'<?xml version="1.0"?><MPD><BaseURL>{canary}</BaseURL></MPD>'.encode()


def behind_a_box(text):
    """A text that passes the cheap look because it begins like an MP4."""
    return lambda canary: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + text(canary)


def png(width, height):
    row = zlib.compress(b"\0" * (1 + width * 3), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


TEXTS = {"m3u8": playlist, "concat": concat, "sdp": sdp, "dash": dash}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("ending", ["mp4", "m3u8", "mkv"])
def test_a_text_that_names_other_files_is_refused_twice(prepare, canary, tmp_path, name, ending):
    path = tmp_path / f"holiday.{ending}"
    path.write_bytes(TEXTS[name](canary))
    asset = prepare(path)
    assert asset.status == Asset.Status.FAILED
    assert "upload it again" in asset.error
    with pytest.raises(VideoError):  # the sandboxed look does not lean on the cheap one
        probe(path)
    assert not StoredObject.objects.exists()


@pytest.mark.parametrize("name", TEXTS)
def test_ffmpeg_itself_reads_no_playlist(canary, tmp_path, name):
    path = tmp_path / "holiday.mp4"
    path.write_bytes(TEXTS[name](canary))
    out = tmp_path / "out"
    out.mkdir()
    command = [*commands.opening(path), *("-map", "0", "-c", "copy"), *hls(out).words]
    done = subprocess.run(command, capture_output=True, check=False, timeout=30)
    assert done.returncode != 0
    assert not list(out.iterdir())


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_behind_a_box_is_refused(prepare, canary, tmp_path, name):
    path = tmp_path / "holiday.mp4"
    path.write_bytes(behind_a_box(TEXTS[name])(canary))
    asset = prepare(path)
    assert (asset.status, asset.is_playable) == (Asset.Status.FAILED, False)


@pytest.mark.parametrize(("formats", "verdict"), [(FORMATS, "refused"), ("concat,mov", "probe")])
def test_the_look_inside_opens_no_list_of_files(film, tmp_path, formats, verdict):
    """The second case is the planted fault: with the list's format allowed, it would be read."""
    listed = tmp_path / "list.mp4"
    shutil.copy(film, tmp_path)
    listed.write_text(f"ffconcat version 1.0\nfile {film.name}\n")
    command = [sys.executable, "-I", str(SCRIPT), str(listed), formats]
    told = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    assert next(iter(json.loads(told))) == verdict


def test_a_picture_is_no_video_and_a_bomb_is_not_decoded(tmp_path):
    for size in ((64, 64), (60_000, 60_000)):
        path = tmp_path / "bomb.png"
        path.write_bytes(png(*size))
        with pytest.raises(VideoError):
            probe(path)


def test_a_header_that_lies_about_its_pixels_is_not_believed(prepare, tmp_path):
    small = make(tmp_path / "small.mp4", *picture("64x64", 1), *H264)
    data = small.read_bytes()
    at = data.index(b"avc1", data.index(b"stsd")) + 28  # width and height in the sample entry
    assert data[at : at + 4] == struct.pack(">HH", 64, 64)
    bomb = tmp_path / "bomb.mp4"
    bomb.write_bytes(data[:at] + struct.pack(">HH", 30_000, 30_000) + data[at + 4 :])
    asset = prepare(bomb)
    # The header lies; what the decoder sees is small, and that is what counts.
    assert (asset.status, asset.width, asset.height) == (Asset.Status.READY, 64, 64)


def test_a_film_larger_than_any_screen_is_refused(prepare, tmp_path):
    huge = make(
        tmp_path / "huge.mkv", *picture("16384x4096", 1, rate=1), "-c:v", "mjpeg", "-q:v", "31"
    )
    asset = prepare(huge)
    assert asset.status == Asset.Status.FAILED
    assert "8192" in asset.error


def test_a_film_cut_off_before_its_index_says_so(prepare, film, tmp_path):
    data = film.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(data[: data.rindex(b"moov") - 4])
    asset = prepare(cut)
    assert asset.status == Asset.Status.FAILED
    assert "cut off" in asset.error


def test_a_film_that_ends_early_is_not_passed_off_as_whole(prepare, tmp_path):
    fast = ("-movflags", "+faststart")
    whole = make(tmp_path / "whole.mp4", *picture(seconds=10), *sound(10), *H264, *AAC, *fast)
    data = whole.read_bytes()
    half = tmp_path / "half.mp4"
    half.write_bytes(data[: len(data) // 2])
    asset = prepare(half)
    assert asset.status == Asset.Status.FAILED
    assert "of 0:10" in asset.error
    assert not asset.renditions.exists()


def test_a_damaged_time_is_not_filled_with_pictures_for_hours(prepare, tmp_path):
    whole = make(tmp_path / "whole.ts", *picture(seconds=2), *sound(2), *H264, *AAC)
    data = bytearray(whole.read_bytes())
    begins = [at for at in range(len(data)) if data.startswith(b"\x00\x00\x01\xe0", at)]
    late = next(at for at in begins[5:] if data[at + 7] >> 6 == PTS_AND_DTS)
    data[late + 9] ^= 0x08  # the highest bit of when it is shown: thirteen hours
    damaged = tmp_path / "damaged.ts"
    damaged.write_bytes(data)
    asset = prepare(damaged)
    assert asset.status == Asset.Status.FAILED
    assert "times in the file are damaged" in asset.error
    assert not asset.renditions.exists()


def test_too_many_tracks_are_refused(prepare, tmp_path):
    maps = [word for _ in range(40) for word in ("-map", "1:a")]
    path = make(
        tmp_path / "many.mkv", *picture(seconds=1), *sound(1), "-map", "0:v", *maps, *H264, *AAC
    )
    asset = prepare(path)
    assert asset.status == Asset.Status.FAILED
    assert "tracks" in asset.error


def test_every_kind_of_noise_ends(prepare, film, tmp_path):
    data = bytearray(film.read_bytes())
    for number in range(0, len(data), 97):
        data[number] ^= 0x5A
    path = tmp_path / "noise.mp4"
    path.write_bytes(data)
    assert prepare(path).status in (Asset.Status.FAILED, Asset.Status.READY)


def test_every_command_is_held_to_the_one_file(canary, tmp_path):
    found = probe(canary)
    plan = ladder.plan(found)
    rungs = (ladder.Rung("240p", 426, 240, 400_000),)
    for command in (
        commands.copy(canary, found, plan, tmp_path),
        commands.encode(canary, found, plan, rungs, tmp_path),
        commands.stills(canary, [0.1, 0.5], tmp_path),
        commands.storyboard(canary, found, 2.0, tmp_path),
    ):
        inputs = command.count("-i")
        assert inputs >= 1
        for option, value in (
            ("-format_whitelist", commands.FORMATS),
            ("-protocol_whitelist", "file"),
            ("-max_pixels", str(commands.MAX_PIXELS)),
        ):
            places = [at for at, word in enumerate(command) if word == option]
            assert len(places) == inputs
            assert {command[at + 1] for at in places} == {value}


def test_the_canary_is_in_no_output(prepare, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_bytes(CANARY * 500)
    for name, text in TEXTS.items():
        path = tmp_path / f"{name}.mp4"
        path.write_bytes(text(secret))
        prepare(path)
    for stored in StoredObject.objects.all():
        for key in place(stored).walk(stored.key):
            assert CANARY not in b"".join(place(stored).open(key))
