"""The listener to ffmpeg tells what stands still from what has much to read meanwhile."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.contract.errors import VideoError
from core.contract.providers import Probe
from plugins.ffmpeg import progress
from plugins.ffmpeg.progress import STILL, Progress

TAPE = Probe("mpegts", 1200.0, 1, video_codec="h264", frame_rate=25.0)  # it has to be read through


class Clock:
    """A clock that a test moves on."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def heard(clock, kept, silent, probe=TAPE, **more):
    """Listen to a run that gives one picture, then none for so many seconds."""
    told = []
    work = SimpleNamespace(
        kept=kept, probe=probe, progress=lambda fraction, **_: told.append(fraction)
    )
    listen = Progress(work, 1200.0, **more)
    listen("out_time_us=600000000")
    clock.now += silent
    listen("progress=continue")
    return told


def test_a_film_that_stands_still_is_stopped(clock):
    assert heard(clock, [], STILL - 1) == [0.5]
    with pytest.raises(VideoError, match="nothing moved for 90 seconds"):
        heard(clock, [], STILL + 1)
    with pytest.raises(VideoError):
        heard(clock, [(0, 600), (601, 1200)], STILL + 3)


def test_a_film_that_goes_on_long_after_its_end_is_stopped(clock):
    work = SimpleNamespace(kept=[], probe=TAPE, progress=lambda *_, **__: None)
    listen = Progress(work, 1200.0)
    listen("out_time_us=9600000000")
    with pytest.raises(VideoError, match="long after its end"):
        listen("out_time_us=9700000000")


def test_a_long_stretch_that_is_cut_out_takes_its_time(clock):
    hour = [(0, 600), (4200, 4800)]
    assert heard(clock, hour, 3600) == [0.5]
    with pytest.raises(VideoError):
        heard(clock, hour, STILL + 7201)


def test_what_is_jumped_takes_no_time(clock):
    disc = replace(TAPE, container="mov,mp4,m4a,3gp,3g2,mj2")
    with pytest.raises(VideoError):
        heard(clock, [(0, 600), (4200, 4800)], STILL + 1, disc)


def test_a_sheet_of_many_pictures_takes_its_time(clock):
    assert heard(clock, [], 1000, apart=1000) == [0.5]
