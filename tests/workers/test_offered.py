"""The whole file a page offers, asked for while something else is made of the video."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from core.contract.errors import StaleClaim, VideoError
from core.jobs.errors import SandboxError
from core.jobs.models import Job
from core.jobs.services import run_now, sweep
from core.media import services
from core.media.editing import services as editing
from core.media.models import Asset
from core.media.moving import services as moving
from pages.admin.media.costs import Cost
from pages.admin.media.report import stage_rows
from plugins.ffmpeg import provider
from workers.media import work

from .conftest import told

FILE = "video.mp4"


@pytest.fixture
def offered_meanwhile(monkeypatch):
    """A page is published with the video just when its preview is drawn."""
    made = provider.make_storyboard

    def make_storyboard(work):
        services.offer_file(Asset.objects.get(pk=work.asset_id))
        made(work)

    monkeypatch.setattr(provider, "make_storyboard", make_storyboard)


def waiting(asset, kind="media.prepare"):
    return Job.objects.filter(kind=kind, subject=f"asset:{asset.pk}", state="queued").first()


def files(asset):
    return set(asset.renditions.filter(name=FILE).values_list("provider", flat=True))


def test_a_file_offered_during_the_preparation_is_made_after_it(prepare, film, offered_meanwhile):
    asset = prepare(film)
    assert (asset.offers_file, files(asset)) == (True, set())
    run_now(waiting(asset))
    asset.refresh_from_db()
    assert (asset.status, files(asset), waiting(asset)) == ("ready", {"ffmpeg"}, None)


def test_a_file_offered_during_a_cut_is_made_of_the_cut(prepare, film, monkeypatch):
    asset = prepare(film)
    editing.cut(asset=asset, kept=[(0, 3)])
    with monkeypatch.context() as patch:
        patch.setattr(provider, "make_storyboard", lambda _work: services.offer_file(asset))
        run_now(waiting(asset, editing.KIND))
    assert (files(asset), waiting(asset) is None) == (set(), False)
    run_now(waiting(asset))
    assert asset.renditions.get(name=FILE).duration == pytest.approx(3, abs=0.1)
    editing.go_back(asset.editions.get(number=0))
    run_now(waiting(asset))
    assert asset.renditions.get(name=FILE).duration == pytest.approx(6, abs=0.1)


def test_a_file_waits_for_a_cut_and_is_made_where_that_is_stopped(prepare, film):
    asset = prepare(film)
    edition = editing.cut(asset=asset, kept=[(0, 3)])
    services.offer_file(asset)
    assert waiting(asset) is None
    editing.stop(edition)
    run_now(waiting(asset))
    assert asset.renditions.get(name=FILE).duration == pytest.approx(6, abs=0.1)


def test_a_file_may_be_larger_than_what_programs_write_else(prepare, film, monkeypatch):
    asset = prepare(film)
    services.offer_file(asset)
    monkeypatch.setattr(work, "LARGEST_FILE", 1000)
    run_now(waiting(asset))
    assert files(asset) == {"ffmpeg"}


@pytest.mark.parametrize(
    "error, attempts",
    [(VideoError("It is too large."), 1), (SandboxError("killed", "It is too large."), 3)],
)
def test_a_file_that_fails_leaves_a_video_that_plays(
    prepare, film, monkeypatch, listener, error, attempts
):
    asset = prepare(film)
    services.offer_file(asset)
    job = waiting(asset)
    with monkeypatch.context() as patch:
        patch.setattr(provider, "make_file", broken(error))
        for _attempt in range(attempts):
            Job.objects.filter(pk=job.pk).update(run_after=None)
            run_now(job)
    asset.refresh_from_db()
    assert (job.state, job.attempt) == ("succeeded", attempts)
    assert (asset.status, asset.error, told("asset_failed", asset)) == ("ready", "", 0)
    stage = asset.stages.get(name="file")
    assert (stage.state, stage.error) == ("failed", "It is too large.")
    assert waiting(asset) is None
    services.retry(asset, "file")
    run_now(waiting(asset))
    assert (files(asset), asset.stages.get(name="file").state) == ({"ffmpeg"}, "done")


def lost_in_the_file(job, monkeypatch):
    """Three workers die while they make the file, each in the middle."""
    with monkeypatch.context() as patch:
        patch.setattr(provider, "make_file", broken(StaleClaim()))
        for _attempt in range(3):
            run_now(job)
            assert (job.state, job.stage) == ("running", "file")
            Job.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))
    sweep()
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("failed", 3)


def test_workers_lost_in_the_file_leave_a_video_that_plays(prepare, film, monkeypatch, listener):
    asset = prepare(film)
    services.offer_file(asset)
    job = waiting(asset)
    lost_in_the_file(job, monkeypatch)
    again = waiting(asset)
    asset.refresh_from_db()
    assert asset.status == "processing"
    run_now(again)
    asset.refresh_from_db()
    assert (again.state, asset.status, asset.error) == ("succeeded", "ready", "")
    assert (told("asset_failed", asset), waiting(asset)) == (0, None)
    stage = asset.stages.get(name="file")
    assert (stage.state, "stopped 3 times" in stage.error) == ("failed", True)
    [row] = stage_rows([stage], [Cost()], Cost(), may_repeat=True)
    assert row.may_repeat
    services.retry(asset, row.stage.name)
    run_now(waiting(asset))
    assert (files(asset), asset.stages.get(name="file").state) == ({"ffmpeg"}, "done")


def test_workers_lost_in_the_file_of_a_cut_leave_the_cut(prepare, film, monkeypatch):
    asset = prepare(film)
    services.offer_file(asset)
    run_now(waiting(asset))
    editing.cut(asset=asset, kept=[(0, 3)])
    lost_in_the_file(waiting(asset, editing.KIND), monkeypatch)
    run_now(waiting(asset, editing.KIND))
    asset.refresh_from_db()
    assert (asset.kept, asset.duration, files(asset)) == (
        [[0, 3]],
        pytest.approx(3, abs=0.1),
        set(),
    )
    run_now(waiting(asset))
    assert asset.renditions.get(name=FILE).duration == pytest.approx(3, abs=0.1)


def test_workers_lost_in_the_file_of_a_move_let_it_arrive(prepare, film, editor, monkeypatch):
    asset = prepare(film)
    Asset.objects.filter(pk=asset.pk).update(provider="elsewhere", offers_file=True)
    asset.refresh_from_db()
    (move,) = moving.ask_moves(assets=[asset], target="ffmpeg", by=editor)
    lost_in_the_file(waiting(asset, moving.KIND), monkeypatch)
    move.refresh_from_db()
    assert move.state == "copying"
    run_now(waiting(asset, moving.KIND))
    move.refresh_from_db()
    asset.refresh_from_db()
    assert (move.state, asset.provider, files(asset)) == ("moved", "ffmpeg", set())


def test_what_is_lost_in_a_stage_it_needs_fails(prepare, film, monkeypatch):
    asset = prepare(film)
    services.retry(asset, make=["storyboard"])
    job = waiting(asset)
    with monkeypatch.context() as patch:
        patch.setattr(provider, "make_storyboard", broken(StaleClaim()))
        for _attempt in range(3):
            run_now(job)
            Job.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))
    sweep()
    asset.refresh_from_db()
    assert (asset.status, waiting(asset)) == ("failed", None)


def broken(error):
    def make_file(*_):
        raise error

    return make_file
