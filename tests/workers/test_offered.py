"""The whole file a page offers, asked for while something else is made of the video."""

from __future__ import annotations

import pytest

from core.contract.errors import VideoError
from core.jobs.errors import SandboxError
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import services
from core.media.editing import services as editing
from core.media.models import Asset
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


def broken(error):
    def make_file(*_):
        raise error

    return make_file
