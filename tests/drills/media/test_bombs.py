"""Small files that want to be large are refused at once, or killed, within their memory."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from core.contract.errors import VideoError
from core.jobs import walls
from core.jobs.claims import work_folder
from tests.drills.media import bombs
from tests.workers.conftest import AAC, H264, make, picture, sound
from workers.media.probe import MEMORY, probe

MEGABYTE = 2**20
SECONDS = 2.0  # of CPU: a wall clock would measure who else is at work


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.drill)])
def test_a_bomb_goes_off_nowhere(step, prepare, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(walls, "bubblewrap", lambda: None)  # so that the kernel counts for us
    film = make(tmp_path / "small.mp4", *picture("64x64", 1), *sound(1), *H264, *AAC).read_bytes()
    every = list(bombs.files(film))
    assert len(every) >= 20
    tried = every[::step]
    slowest, refused = 0.0, 0
    for name, content in tried:
        path = tmp_path / name
        path.write_bytes(content)
        seconds, was_refused = looked_at(path)
        slowest, refused = max(slowest, seconds), refused + was_refused
        assert seconds <= SECONDS, name
        if not was_refused:  # it only claimed: then it has to come to an end as a whole
            assert prepare(path).status in ("ready", "failed")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    with capsys.disabled():
        print(
            f"\n{len(tried)} bombs: {refused} refused at the look, the rest prepared or failed; "
            f"slowest look {slowest:.2f} s of CPU, most memory {memory / MEGABYTE:.0f} MB"
        )
    assert memory <= MEMORY == 768 * MEGABYTE
    assert not list(work_folder().glob("*"))


def looked_at(path: Path) -> tuple[float, bool]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    try:
        probe(path)
        refused = False
    except VideoError:
        refused = True
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert time.monotonic() - begin < 60
    return spent, refused
