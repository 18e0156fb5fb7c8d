"""Each preparation keeps its own stages, times and sizes; what plays lends them to its asset."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from core.contract.providers import StageSpec
from core.contract.services import save_settings
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import services
from core.media.editing import services as editing
from core.media.models import Preparation, Stage
from core.media.services import preparation, reports

from .conftest import AAC, H264, make, picture, sound

FIGURES = ("name", "state", "cpu_seconds", "started_at", "finished_at", "made")


def figures(report):
    return list(report.stages.values_list(*FIGURES))


def work_on(asset, kind):
    job = Job.objects.filter(kind=kind, subject=f"asset:{asset.pk}", state="queued").latest("pk")
    run_now(job)
    asset.refresh_from_db()
    return job


def shown(asset):
    return set(asset.stages.values_list("pk", flat=True))


def pks(*owners):
    return {pk for one in owners for pk in one.stages.values_list("pk", flat=True)}


@pytest.fixture
def heavy(tmp_path):
    """A film whose encoding takes longer than the kernel's accounts are left unread."""
    noise = picture("854x480", 8, more=",noise=c0s=40:c0f=t")
    return make(tmp_path / "heavy.mp4", *noise, *sound(8), *H264, *AAC)


def test_a_cut_has_a_report_of_its_own_and_the_firsts_stays_as_it_was(prepare, heavy):
    asset = prepare(heavy)
    first = reports.of_playing(asset)
    before, names = figures(first), set(asset.renditions.values_list("name", flat=True))
    assert sum(cpu for _name, _state, cpu, *_more in before) > 0
    editing.cut(asset=asset, kept=[(0, 6)])
    assert work_on(asset, editing.KIND).state == "succeeded"
    cut = reports.of_playing(asset)
    assert (cut.key, cut.cause, cut.edition, cut.provider) == ("edition:1", "cut", 1, "ffmpeg")
    first.refresh_from_db()
    assert figures(first) == before
    assert {row["name"] for row in first.made} == names
    assert all(row["size"] > 0 for row in first.made if row["kind"] != "hls")
    ladder = cut.stages.get(name="ladder")
    assert (ladder.state, ladder.cpu_seconds > 0) == ("done", True)
    assert {stage.state for stage in cut.stages.all()} <= {"done", "skipped"}
    assert pks(cut) <= shown(asset)
    assert not shown(asset) & pks(first)
    editing.go_back(asset.editions.get(number=0))
    asset.refresh_from_db()
    assert reports.of_playing(asset) == first
    assert pks(first) <= shown(asset)
    assert not shown(asset) & pks(cut)
    assert figures(first) == before


def test_what_is_made_again_of_a_cut_counts_there_and_keeps_its_length(prepare, film):
    asset = prepare(film)
    first = reports.of_playing(asset)
    before = figures(first)
    editing.cut(asset=asset, kept=[(0, 3)])
    work_on(asset, editing.KIND)
    cut = reports.of_playing(asset)
    drawn = cut.stages.get(name="storyboard")
    services.retry(asset, "storyboard")
    work_on(asset, "media.prepare")
    assert asset.duration == pytest.approx(3, abs=0.1)
    assert cut.stages.get(name="storyboard").started_at > drawn.finished_at
    assert figures(first) == before


def test_a_cut_that_was_stopped_keeps_what_it_took_and_begins_nothing(prepare, film):
    asset = prepare(film)
    edition = editing.cut(asset=asset, kept=[(0, 3)])
    report = reports.of_edition(asset, number=edition.number, cause="cut", provider="ffmpeg")
    preparation.lay_out(report, [StageSpec("ladder", "Ladder"), StageSpec("sound", "Sound")])
    preparation.begin_stage(report, "ladder")
    preparation.note_cpu(report, "ladder", 1.5)
    editing.stop(edition)
    preparation.begin_stage(report, "sound")  # by a worker that has not noticed
    report.refresh_from_db()
    states = {one.name: (one.state, one.cpu_seconds) for one in report.stages.all()}
    assert states == {"ladder": ("failed", 1.5), "sound": ("skipped", 0)}
    assert (report.gave_up, report.has_played) == (True, False)
    assert not shown(asset) & pks(report)


def test_an_improvement_has_a_report_of_its_own_that_goes_with_its_version(prepare, tmp_path):
    save_settings(plugin="ffmpeg", values={"quality": True, "profile": "balanced"})
    sizes = (*picture("512x288", 6), *sound(6))  # a copy of its own size, and encoded rungs
    asset = prepare(make(tmp_path / "larger.mp4", *sizes, *H264, *AAC))
    first = reports.of_playing(asset)
    before = figures(first)
    work_on(asset, "media.improve")
    late = asset.preparations.get(cause="improved")
    assert late.key == f"late:{first.pk}"
    assert figures(first) == before
    assert shown(asset) == pks(first, late)
    editing.cut(asset=asset, kept=[(0, 3)])
    work_on(asset, editing.KIND)
    assert not shown(asset) & pks(first, late)
    editing.go_back(asset.editions.get(number=0))
    assert shown(asset) == pks(first, late)


def test_stages_of_before_are_adopted_by_the_first_preparation(prepare, film):
    asset = prepare(film)
    kept = shown(asset)
    Stage.objects.create(asset=asset, name="smaller", label="S", position=100, is_late=True)
    asset.stages.update(preparation=None)
    Preparation.objects.all().delete()
    editing.cut(asset=asset, kept=[(0, 3)])
    work_on(asset, editing.KIND)
    first = asset.preparations.get(key="edition:0")
    assert pks(first) == kept
    assert list(asset.preparations.get(key=f"late:{first.pk}").stages.values_list("name")) == [
        ("smaller",)
    ]
    assert reports.of_playing(asset).cause == "cut"


def test_a_version_kept_from_before_comes_back_with_its_stages(prepare, film):
    asset = prepare(film)
    editing.cut(asset=asset, kept=[(0, 3)])
    work_on(asset, editing.KIND)
    mixed = shown(asset)
    asset.stages.update(preparation=None)
    Preparation.objects.filter(asset=asset).delete()
    editing.go_back(asset.editions.get(number=0))
    asset.refresh_from_db()
    services.retry(asset, "storyboard")
    assert work_on(asset, "media.prepare").state == "succeeded"
    assert shown(asset) == pks(reports.of_playing(asset))
    assert shown(asset) <= mixed


def test_a_stage_that_waits_for_somebody_is_timed_from_its_beginning(prepare, film):
    asset = prepare(film)
    report = reports.of_playing(asset)
    began = now() - timedelta(minutes=5)
    report.stages.filter(name="sound").update(state="running", started_at=began, finished_at=None)
    preparation.begin_again(report)
    preparation.begin_stage(report, "sound")
    assert report.stages.get(name="sound").started_at == began
    preparation.end_running(report, "failed", "No room.")
    preparation.begin_again(report)
    preparation.begin_stage(report, "sound")
    assert report.stages.get(name="sound").started_at > began
