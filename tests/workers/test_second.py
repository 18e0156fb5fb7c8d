"""After it is ready: a second ladder in another codec, and measured quality."""

from __future__ import annotations

import shutil
from io import StringIO

import pytest
from django.core.management import call_command

from core.contract.services import save_settings
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import services
from core.media.editing import services as editing
from core.media.models import Asset, Rendition
from core.media.services.improving import enqueue_improvement
from core.playback.playlists import master
from core.storage.services import place
from plugins.ffmpeg import commands, hooks
from workers.media.improve import Improving

from .conftest import AAC, H264, make, picture, sound

MOVING = ",noise=c0s=8:c0f=t"


@pytest.fixture
def film(tmp_path):
    """512 × 288: a copy of its own size, and encoded rungs."""
    return make(tmp_path / "film.mp4", *picture("512x288", 6, more=MOVING), *sound(6), *H264, *AAC)


@pytest.fixture
def choose(site):
    def do(**values):
        chosen = {"profile": "balanced", "also": "", "quality": False, "hardware": "never"}
        save_settings(plugin="ffmpeg", values={**chosen, **values})

    return do


def improve(asset):
    """Do what was asked for when it became ready, or is asked for now."""
    enqueue_improvement(asset)
    job = Job.objects.get(kind="media.improve", subject=f"asset:{asset.pk}", state="queued")
    run_now(job)
    job.refresh_from_db()
    asset.refresh_from_db()
    return job


def late(asset):
    rows = asset.stages.filter(is_late=True)
    return {one.name: (one.state, one.made) for one in rows}


@pytest.mark.parametrize(("codec", "tag"), [("av1", "av01.0."), ("hevc", "hvc1.1.6.L")])
def test_a_second_ladder_follows_the_first(prepare, film, choose, codec, tag):
    choose(also=codec)
    asset = prepare(film)
    assert asset.status == "ready"  # it plays before the second ladder is begun
    assert late(asset) == {"smaller": ("waiting", [])}
    before = dict(asset.renditions.values_list("name", "object"))
    improve(asset)
    names = [f"240p-{codec}", f"288p-{codec}"]
    assert late(asset) == {"smaller": ("done", names)}
    made = asset.renditions.exclude(name__in=before)
    assert [row.name for row in made] == names
    assert all(row.codecs.startswith(tag) for row in made)
    assert dict(asset.renditions.filter(name__in=before).values_list("name", "object")) == before
    listed = master(asset.renditions.select_related("object")).splitlines()
    at = [listed.index(f"{name}/index.m3u8") for name in ("240p", *names)]
    assert at == sorted(at)
    call_command("media", "verify", str(asset.pk), stdout=StringIO())  # aligned, and decoded
    services.retry(asset, "smaller")
    job = improve(asset)
    assert job.state == "succeeded"
    after = dict(asset.renditions.values_list("name", "object"))
    assert {name for name in after if after[name] != before.get(name)} == set(names)
    assert len({after[name] for name in names} & set(before.values())) == 0


def test_the_best_encoded_rung_is_measured(prepare, film, choose):
    choose(quality=True)
    asset = prepare(film)
    improve(asset)
    (rated,) = asset.renditions.exclude(quality=None)
    assert (rated.name, 80 < rated.quality <= 100) == ("288p", True)
    assert late(asset) == {"quality": ("done", ["quality/288p"])}
    Rendition.objects.filter(pk=rated.pk).update(quality=1)
    improve(asset)
    rated.refresh_from_db()
    assert rated.quality == 1  # it is not measured twice …
    services.retry(asset, "quality")
    improve(asset)
    rated.refresh_from_db()
    assert rated.quality > 80  # … unless somebody asks


@pytest.fixture
def without_vmaf(tmp_path, settings):
    """An ffmpeg that lists no filter."""
    folder = tmp_path / "ffmpeg"
    folder.mkdir()
    shutil.copy(commands.binary(), folder / "real")
    wrapper = folder / "ffmpeg"
    lines = ["#!/bin/sh", '[ "$2" = -filters ] || exec "$(dirname "$0")/real" "$@"']
    wrapper.write_text("\n".join([*lines, ""]))
    wrapper.chmod(0o755)
    settings.FFMPEG = str(wrapper)


@pytest.mark.usefixtures("without_vmaf")
def test_without_vmaf_nothing_is_measured_and_the_check_says_so(prepare, film, choose):
    choose(quality=True)
    asset = prepare(film)
    assert (asset.status, late(asset)) == ("ready", {})
    health = hooks._can_encode()
    assert (health.ok, "It has no VMAF." in health.message) == (True, True)


@pytest.mark.parametrize(("verb", "at"), [("stage", "smaller"), ("publish", "288p-av1")])
def test_a_cut_that_plays_meanwhile_is_improved_instead(
    prepare, film, choose, monkeypatch, verb, at
):
    choose(also="av1")
    asset = prepare(film)
    real = getattr(Improving, verb)
    cuts = []

    def cut_meanwhile(self, what, *more):
        real(self, what, *more)
        if at == getattr(what, "name", what) and not cuts:
            cuts.append(editing.cut(asset=Asset.objects.get(pk=asset.pk), kept=[(1.0, 4.0)]))
            run_now(Job.objects.get(kind="media.edit"))

    monkeypatch.setattr(Improving, verb, cut_meanwhile)
    job = improve(asset)
    assert (job.state, asset.edition) == ("queued", 1)
    assert not asset.renditions.filter(codecs__startswith="av01").exists()
    assert late(asset) == {"smaller": ("waiting", [])}
    job = improve(asset)
    assert (job.state, job.attempt) == ("succeeded", 1)
    made = asset.renditions.filter(codecs__startswith="av01").values_list("name", "duration")
    assert dict(made) == {name: pytest.approx(3, abs=0.1) for name in ("240p-av1", "288p-av1")}
    assert late(asset) == {"smaller": ("done", ["240p-av1", "288p-av1"])}


def test_a_failed_improvement_says_why_and_the_asset_stays_ready(prepare, film, choose):
    choose(also="av1")
    asset = prepare(film)
    stored = asset.original
    path = place(stored).local_path(stored.key)
    path.unlink()
    path.write_bytes(b"no film any more")
    job = improve(asset)
    assert (job.state, asset.status) == ("failed", "ready")
    (stage,) = asset.stages.filter(is_late=True)
    assert (stage.state, bool(stage.error)) == ("failed", True)
