"""Judges of what a video provider makes beside the renditions: sounds, files, pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from .playlists import decode, ffprobe

if TYPE_CHECKING:
    from .clips import Clip
    from .video import Work


def check_sounds(clip: Clip, work: Work) -> None:
    """Judge what can be heard without the picture, and the picture of what can be heard."""
    sounds = work.playlists("audio")
    assert not sounds or clip.probe.has_audio
    for path in sounds.values():
        assert [one["codec_type"] for one in ffprobe(path)["streams"]] == ["audio"]
        assert decode(path).seconds_of_sound == pytest.approx(clip.probe.duration, abs=0.2)
    if work.waveform is not None:
        said = json.loads(work.waveform.read_text("utf-8"))
        assert (said["version"], said["bits"], said["channels"]) == (2, 8, 1)
        assert len(said["data"]) == 2 * said["length"]
        seconds = said["length"] * said["samples_per_pixel"] / said["sample_rate"]
        assert seconds == pytest.approx(clip.probe.duration, abs=0.3)
        assert max(said["data"]) > 0 > min(said["data"])


def check_files(clip: Clip, work: Work) -> None:
    """Judge the whole files: their index stands in front, and they play to the end."""
    for name, path in work.files().items():
        head = path.read_bytes()
        assert head.index(b"moov") < head.index(b"mdat"), name
        assert float(ffprobe(path)["format"]["duration"]) == pytest.approx(
            clip.probe.duration, abs=0.2
        )


def check_poster(work: Work) -> None:
    assert work.poster is not None
    for still in work.stills:
        assert still.suffix in {".jpg", ".webp"}
    with Image.open(work.poster) as image:
        image.load()
        assert image.width / image.height == pytest.approx(16 / 9, rel=0.03)


def check_storyboard(work: Work) -> None:
    """Judge that each cue shows a part of a picture that is there."""
    if work.storyboard is None:
        return
    lines = (work.storyboard / "storyboard.vtt").read_text("utf-8").splitlines()
    assert lines[0] == "WEBVTT"
    cues = [line for line in lines if "#xywh=" in line]
    assert cues
    for cue in cues:
        name, _, numbers = cue.partition("#xywh=")
        left, top, width, height = map(int, numbers.split(","))
        with Image.open(work.storyboard / name) as sheet:
            assert left + width <= sheet.width
            assert top + height <= sheet.height
