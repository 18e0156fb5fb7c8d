"""How far a batch is: rows and bytes by standing, and the time left by what was measured."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.utils.timezone import now
from wagtail.models import Site

from core.contract.providers import Probe
from core.contract.services import flip
from core.jobs.batches.models import Batch
from core.jobs.batches.queries import tallies
from core.jobs.models import Job
from core.media.models import Asset
from core.media.moving import services as moving
from core.media.moving.models import Move
from core.media.moving.queries import going, progress_of, with_standing

pytestmark = pytest.mark.django_db
PROBE = Probe(container="mov,mp4", duration=60.0, size=100, video_codec="h264", width=1, height=1)


@pytest.fixture
def batch():
    return Batch.objects.create(kind=moving.KIND, target="mux")


def move(batch, *, state, size=100, far=None, **fields):
    """Write down a move, and the job of one that goes."""
    asset = Asset.objects.create(
        site=Site.objects.get(is_default_site=True), title="Film", probe=asdict(PROBE)
    )
    row = Move.objects.create(
        batch=batch, asset=asset, source="ffmpeg", target="mux", state=state, size=size, **fields
    )
    if far is not None:
        Job.objects.create(
            kind=moving.KIND, queue="q", subject=f"asset:{asset.pk}", payload={"move": row.pk},
            state="running", **far,
        )  # fmt: skip
    return row


def tally(batch):
    return tallies(with_standing(batch.moves.all()), going(batch.moves.all()))[batch.pk]


def test_rows_are_counted_by_how_they_stand(batch):
    moment = now()
    for state in Move.State.values:
        move(batch, state=state)
    move(batch, state="ended", flipped_at=moment, arrived_at=moment)
    move(batch, state="ended", flipped_at=moment, arrived_at=moment - timedelta(days=1))
    found = {name: (share.count, share.size) for name, share in tally(batch).shares.items()}
    assert found == {
        "done": (3, 300),  # moved, ended
        "going": (1, 100),
        "waiting": (1, 100),
        "failed": (1, 100),
        "back": (2, 200),  # rolled back, ended after that
        "stopped": (1, 100),
    }


def test_the_time_left_follows_from_what_was_carried_in_which_time(batch):
    moment = now()
    for _number in range(2):
        began = moment - timedelta(days=2)
        move(batch, state="moved", began_at=began, arrived_at=began + timedelta(seconds=10))
    began = moment - timedelta(seconds=5)
    move(batch, state="copying", began_at=began, far={"progress": 0.5})
    move(batch, state="waiting")
    found = tally(batch)
    assert (found.carried, found.wanted, found.fraction) == (250, 400, 0.625)
    assert found.rate == pytest.approx(10, rel=0.1)  # 250 bytes in 25 seconds, one at a time
    assert found.seconds_left == pytest.approx(15, abs=2)
    move(batch, state="copying", began_at=began, far={"progress": 0.5})
    assert tally(batch).rate == pytest.approx(20, rel=0.1)  # two at a time


def test_nothing_is_promised_before_anything_goes(batch):
    move(batch, state="moved", began_at=now() - timedelta(hours=1), arrived_at=now())
    move(batch, state="waiting")
    assert (tally(batch).is_busy, tally(batch).seconds_left) == (True, None)


def test_files_of_unknown_size_count_alike(batch):
    move(batch, state="moved", size=0)
    move(batch, state="waiting", size=0)
    assert tally(batch).fraction == 0.5


def test_progress_runs_over_all_stages_and_never_back(batch):
    flip(site=Site.objects.get(is_default_site=True), plugin="mux", is_on=True)
    row = move(batch, state="copying", far={"stage": "send", "progress": 0.8})
    assert progress_of([row]) == {row: 0.2}  # of sending, encoding, poster, preview
    Job.objects.update(stage="encode", progress=0.0)
    assert progress_of([row]) == {row: 0.25}
