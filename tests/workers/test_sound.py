"""The sound that transcribers hear lies on the film's own seconds."""

import pytest

from tests.workers.conftest import AAC, H264, make, picture, sound
from workers.media.sound import extract, seconds_of


@pytest.mark.parametrize("late", ["0", "3"])
def test_a_sound_that_begins_late_is_heard_late(tmp_path, late):
    film = make(
        *(tmp_path / "late.mp4", *picture(seconds=8), "-itsoffset", late, *sound(4)),
        *("-map", "0:v", "-map", "1:a", *H264, *AAC),
    )
    (tmp_path / "out").mkdir()
    wav, silences, _cpu = extract(film, tmp_path / "out", lambda: None)
    assert seconds_of(wav) == pytest.approx(4 + int(late), abs=0.1)
    expected = [(0.0, pytest.approx(3, abs=0.1))] if int(late) else []
    assert silences == expected
