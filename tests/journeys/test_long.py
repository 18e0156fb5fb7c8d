"""A film of hours: it plays at once, jumps to any place, and is prepared in the end."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings

from core.jobs.models import Job
from core.media.models import Asset
from tests.bench.films import Films
from tests.journeys.clips import make_clip
from tests.journeys.test_streams import SEEK, bring_in
from tests.waiting import until

__all__ = ["bring_in"]

PLACES = (0.25, 0.9, 0.5, 0.02)  # of the film, in an order that goes back too
SHORT = 20 * 60  # seconds
EVENING = 3 * 3600
PATIENCE = 1400  # seconds, for the whole preparation of an evening


def mute(folder: Path) -> Path:
    """Twenty minutes that take seconds to prepare: one small copied picture, nothing to hear."""
    clip, film = make_clip(folder / "clip.mp4", seconds=20, size="320x180"), folder / "long.mp4"
    again = ["-stream_loop", "-1", "-i", str(clip), "-t", str(SHORT), "-c", "copy", "-an"]
    subprocess.run([settings.FFMPEG, "-v", "error", *again, str(film)], check=True)
    return film


def evening(folder: Path) -> Path:
    """Three hours of 360p with sound: copied, and a smaller size to encode."""
    return Films(folder).evening()


@pytest.mark.parametrize(
    "film,seconds", [(mute, SHORT), pytest.param(evening, EVENING, marks=pytest.mark.drill)]
)
def test_a_long_film_plays_at_once_and_anywhere(
    film, seconds, walk, bring_in, stack, tmp_path, django_db_blocker, capsys
):
    path = film(tmp_path)
    address, number = bring_in(path, film.__name__, lambda asset: asset.playable_at is not None)
    walker = walk().sign_in("member", to=address).start()
    walker.until(lambda: walker.video("duration") > seconds - 1, seconds=120)
    video, jumps = walker.page.query_selector("video"), []
    for place in PLACES:
        begun = time.monotonic()
        landed = walker.page.evaluate(SEEK, [video, place * seconds])
        jumps.append(time.monotonic() - begun)
        assert landed == pytest.approx(place * seconds, abs=1)
        walker.until(lambda landed=landed: walker.video("currentTime") > landed + 0.5, seconds=20)
    with stack.database(django_db_blocker):
        until(lambda: state_of(number) == Asset.Status.READY, seconds=PATIENCE, pause=0.5)
        asset = Asset.objects.get(pk=number)
        job = Job.objects.get(kind="media.prepare", subject=f"asset:{number}")
    assert asset.duration == pytest.approx(seconds, abs=1)
    plays, ready = (
        (moment - job.created_at).total_seconds() for moment in (asset.playable_at, job.finished_at)
    )
    with capsys.disabled():
        print(f"\n{seconds / 60:.0f} min: plays after {plays:.1f} s, prepared after {ready:.0f} s;")
        print(f"jumps took {', '.join(f'{one:.1f}' for one in jumps)} s")


def state_of(number: str) -> str:
    return Asset.objects.values_list("status", flat=True).get(pk=number)
