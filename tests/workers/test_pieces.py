"""Pieces are rows of their own: a few at a time, one result each, and nothing left of them."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from django.utils.timezone import now
from redis import Redis

from config.embedded.ports import free_port
from config.embedded.valkey import Valkey
from core.contract.errors import Cancelled, StaleClaim, VideoError
from core.contract.services import save_settings
from core.jobs import crews
from core.jobs.claims import claim, work_folder
from core.jobs.doors import door_of
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import services
from core.media.models import Asset
from core.media.moving import services as moving
from core.media.services import pieces, preparation
from core.storage.models import StoredObject
from core.storage.services import sweep_doomed
from plugins.ffmpeg import pieces as ffmpeg_pieces
from workers.media import piece as door
from workers.media.probe import probe

from .conftest import job_of, make, picture, sound, told

pytestmark = pytest.mark.usefixtures("listener")

FOREIGN = ("-c:v", "mpeg4", "-q:v", "5", "-g", "100", "-c:a", "libmp3lame")


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory):
    """Who is there is said to all: tests that run beside these would hear it, and take it back."""
    folder = tmp_path_factory.mktemp("redis")
    server = Valkey(folder / "data", free_port(), "pieces", folder / "redis.log")
    server.start()
    yield server.url()
    server.stop()


@pytest.fixture(autouse=True)
def _two_machines(settings, db, own_redis):
    """Two workers with cores of their own said that they are there, and go on to say so."""
    save_settings(plugin="ffmpeg", values={"share_minutes": 1})
    settings.REDIS_URL = own_redis
    with Redis.from_url(own_redis) as line:
        later = line.time()[0] + 600
        for host in ("one", "other"):
            line.zadd(crews.key_of("media"), {json.dumps([host, host, "0,1", 1]): later})


@pytest.fixture(scope="module")
def long_film(tmp_path_factory):
    small = picture("160x90", seconds=61, rate=24)
    return make(tmp_path_factory.mktemp("films") / "long.mkv", *small, *sound(61), *FOREIGN)


@pytest.fixture
def begun(ingest, long_film):
    """An asset whose pieces are handed out, and its job."""
    asset = ingest(long_film)
    job = run_now(job_of(asset))
    return asset, job


def rows(job: Job) -> list[Job]:
    return pieces.rows_of(job)


def held(job: Job) -> list[bool]:
    return [row.run_after is not None for row in rows(job)]


def work_on(job: Job) -> Job:
    """Do what workers would: look at whatever is due, until the preparation has ended."""
    for _ in range(50):
        due = Job.objects.filter(subject=job.subject, state=Job.State.QUEUED, run_after=None)
        for row in due.order_by("id"):
            run_now(row)
        job.refresh_from_db()
        if job.state not in Job.ACTIVE:
            return job
    raise AssertionError("The preparation does not come to an end.")


def left_over(asset: Asset) -> set[str]:
    """What is stored and belongs to nobody once all that is doomed and due is swept."""
    sweep_doomed()
    return set(StoredObject.objects.filter(key__endswith="/piece").values_list("key", flat=True))


def test_a_long_film_is_made_in_pieces_and_ready_once(begun):
    asset, job = begun
    assert job.state == Job.State.QUEUED  # it waits, and no worker waits with it
    assert [row.payload["piece"]["name"] for row in rows(job)] == ["sound", "0000", "0001", "0002"]
    assert held(job) == [False, False, True, True]
    assert asset.renditions.get(name="90p").is_growing
    job = work_on(job)
    asset.refresh_from_db()
    assert (job.state, asset.status, asset.error) == ("succeeded", "ready", "")
    assert {row.state for row in rows(job)} == {"succeeded"}
    stages = services.stages_of(asset).filter(is_late=False)
    assert set(stages.values_list("state", flat=True)) == {"done", "skipped"}
    assert all(row.result["programs_seconds"] > 0 for row in rows(job))
    assert not asset.renditions.filter(is_growing=True).exists()
    assert asset.duration == pytest.approx(61, abs=0.2)
    assert told("asset_ready", asset) == 1
    assert left_over(asset) == set()
    assert not list(work_folder().glob("*"))


@pytest.fixture
def moving_here(ingest, long_film, editor):
    """A long film that another provider has prepared, on its way to this machine."""
    asset = ingest(long_film)
    Job.objects.filter(key=job_of(asset).key).delete()
    facts = asdict(probe(long_film))
    Asset.objects.filter(pk=asset.pk).update(
        provider="elsewhere", status=Asset.Status.READY, probe=facts, duration=61.0
    )
    asset.refresh_from_db()
    (move,) = moving.ask_moves(assets=[asset], target="ffmpeg", by=editor)
    return move, run_now(Job.objects.get(payload__move=move.pk))


def test_a_move_to_this_machine_is_shared_as_well(moving_here):
    move, job = moving_here
    assert len(rows(job)) == 4
    asset = Asset.objects.get(pk=move.asset_id)
    assert (job.state, asset.provider) == (Job.State.QUEUED, "elsewhere")
    assert work_on(job).state == Job.State.SUCCEEDED, job.error
    asset.refresh_from_db()
    assert (asset.provider, asset.status) == ("ffmpeg", "ready")
    whole = asset.renditions.get(name="90p", provider="ffmpeg")
    assert (whole.is_growing, whole.duration) == (False, pytest.approx(61, abs=0.2))
    assert {row.state for row in rows(job)} == {"succeeded"}
    assert left_over(asset) == set()


def test_a_cancelled_move_ends_its_pieces_and_leaves_no_byte_of_them(moving_here):
    move, job = moving_here
    run_now(rows(job)[0])
    moving.stop(move)
    asset = Asset.objects.get(pk=move.asset_id)
    assert (asset.provider, asset.status) == ("elsewhere", "ready")
    assert {row.state for row in rows(job)[1:]} == {"cancelled"}
    assert left_over(asset) == set()


def test_a_piece_that_ends_calls_the_preparation_and_the_next_piece(begun):
    _asset, job = begun
    run_now(rows(job)[0])
    job.refresh_from_db()
    assert job.run_after is None
    assert held(job) == [False, False, False, True]


def test_the_editor_sees_one_percentage_and_the_time_left(begun):
    asset, job = begun
    for row in rows(job)[:2]:
        run_now(row)
    run_now(job)
    stage = asset.stages.get(name="ladder")
    weights = [row.payload["piece"]["weight"] for row in rows(job)]
    assert stage.state == "running"
    assert stage.progress == pytest.approx(sum(weights[:2]) / sum(weights))
    assert stage.eta_seconds is not None
    Job.objects.filter(pk=rows(job)[2].pk).update(progress=0.5)
    fraction, _left = pieces.note_progress(job)
    assert fraction == pytest.approx((sum(weights[:2]) + weights[2] / 2) / sum(weights))
    assert Job.objects.get(pk=job.pk).progress == fraction


def taken(row: Job):
    held_ = claim(job_id=row.pk, worker="test", lease=door_of(row.kind).lease)
    assert held_ is not None
    return held_


def test_a_stale_piece_publishes_nothing_and_the_next_claim_does(begun, monkeypatch):
    asset, job = begun
    row = rows(job)[0]
    first = taken(row)
    Job.objects.filter(pk=row.pk).update(lease_until=now())  # its worker was killed
    second = taken(row)
    with pytest.raises(StaleClaim):
        door.run(first)
    first.tidy()
    assert left_over(asset) == set()
    door.run(second)
    second.tidy()
    assert len(left_over(asset)) == 1
    assert (rows(job)[0].state, rows(job)[0].attempt) == ("succeeded", 2)


def test_a_failed_piece_fails_the_film_in_plain_words_and_ends_the_others(begun, monkeypatch):
    asset, job = begun
    run_now(rows(job)[0])

    def breaks(_work, _piece):
        raise VideoError("The file is damaged at 0:12.")

    monkeypatch.setattr(ffmpeg_pieces, "make", breaks)
    run_now(rows(job)[1])
    job.refresh_from_db()
    assert job.run_after is None  # it was called
    run_now(job)
    asset.refresh_from_db()
    assert (asset.status, asset.error) == ("failed", "The file is damaged at 0:12.")
    assert [row.state for row in rows(job)] == ["succeeded", "failed", "cancelled", "cancelled"]
    assert left_over(asset) == set()
    assert told("asset_failed", asset) == 1


def test_a_deleted_film_ends_its_pieces_and_leaves_no_byte(begun):
    asset, job = begun
    run_now(rows(job)[0])
    running = taken(rows(job)[1])
    services.delete(Asset.objects.get(pk=asset.pk))
    with pytest.raises(Cancelled):
        door.run(running)
    running.tidy()
    assert {row.state for row in rows(job)[2:]} == {"cancelled"}
    assert left_over(asset) == set()
    assert not StoredObject.objects.filter(doomed_at=None).exists()


def test_a_piece_stops_when_its_preparation_has_ended(begun, monkeypatch):
    _asset, job = begun
    running = taken(rows(job)[1])
    make_piece = ffmpeg_pieces.make
    made = []

    def ended_meanwhile(work, piece):
        Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
        made.append(make_piece(work, piece))

    monkeypatch.setattr(ffmpeg_pieces, "make", ended_meanwhile)
    with pytest.raises(Cancelled):
        door.run(running)
    assert made == []  # it was not encoded to its end


def test_a_retry_has_pieces_of_its_own(begun):
    asset, job = begun
    run_now(rows(job)[0])
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
    pieces.end(job)
    preparation.mark_failed(asset, "The worker was lost.")
    services.retry(asset)
    again = Job.objects.get(kind=job.kind, subject=job.subject, state=Job.State.QUEUED)
    run_now(again)
    assert len(rows(again)) == 4
    work_on(again)
    asset.refresh_from_db()
    assert asset.status == "ready"
    assert left_over(asset) == set()


def test_what_was_made_and_got_lost_is_made_again(begun):
    asset, job = begun
    run_now(rows(job)[0])
    StoredObject.objects.filter(key__endswith="/piece").update(doomed_at=asset.created_at)
    sweep_doomed()
    run_now(job)
    assert (rows(job)[0].state, rows(job)[0].run_after) == ("queued", None)
    assert work_on(job).state == "succeeded"


def test_a_film_that_does_not_go_in_pieces_is_made_in_one(begun, monkeypatch):
    asset, job = begun
    monkeypatch.setattr(ffmpeg_pieces, "make", lambda _work, _piece: None)
    run_now(rows(job)[1])
    run_now(job)
    asset.refresh_from_db()
    assert asset.status == "ready"
    assert rows(job) == []
    assert left_over(asset) == set()


def test_where_nobody_else_is_one_worker_does_it_all(ingest, long_film, settings):
    with Redis.from_url(settings.REDIS_URL) as line:
        line.zpopmax(crews.key_of("media"))
    asset = ingest(long_film)
    job = run_now(job_of(asset))
    assert (job.state, rows(job)) == ("succeeded", [])
