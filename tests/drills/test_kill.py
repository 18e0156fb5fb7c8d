"""``kill -9`` of the worker in the middle of a transcode: it finishes elsewhere, once."""

from __future__ import annotations

import random
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from wagtail.models import Site

from core.jobs.claims import work_folder
from core.jobs.models import Job
from core.media.models import Asset
from core.media.services import ingest
from tests.conftest import _migrated_template, _server_do, _use
from tests.drills.crew import Crew, crew, programs_in

CLIP_SECONDS = 24
PATIENCE = 120  # seconds
PAUSE = threading.Event()  # never set: it only spaces the looks


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database that other processes see too, cloned from the migrated template."""
    with django_db_blocker.unblock():
        before = connection.settings_dict["NAME"]
        name = f"{before}_drill"
        _server_do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _server_do("CREATE DATABASE {} TEMPLATE {}", name, _migrated_template())
        _use(name)
        yield name
        _use(before)
        _server_do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture
def staff(own_database: str, tmp_path: Path) -> Iterator[Crew]:
    parts = connection.get_connection_params()
    host = f"{parts['user']}:{parts['password']}@{parts['host']}:{parts['port']}"
    redis = urlunsplit(urlsplit(settings.REDIS_URL)._replace(path="/15"))
    with crew(tmp_path, f"postgres://{host}/{own_database}", redis) as hired:
        yield hired


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    out = tmp_path / "clip.mp4"
    command = [settings.FFMPEG, "-v", "error", "-f", "lavfi"]
    command += ["-i", f"testsrc2=s=1280x720:r=25:d={CLIP_SECONDS}"]
    command += ["-f", "lavfi", "-i", f"sine=440:d={CLIP_SECONDS}", "-c:v", "libx264"]
    command += ["-preset", "ultrafast", "-g", "50", "-c:a", "aac", str(out)]
    subprocess.run(command, check=True)
    return out


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.drill)])
def test_a_killed_worker_costs_time_and_nothing_else(rounds, staff, clip, capsys):
    member = get_user_model().objects.create_superuser("drill@lectern.example", "x")
    site = Site.objects.get(is_default_site=True)
    rng, recoveries, bill = random.Random(4), [], None
    for number in range(rounds):
        staff.start()
        asset = ingest(site=site, member=member, path=clip, title=f"Drill {number}")
        job = Job.objects.get(subject=f"asset:{asset.pk}")
        until(lambda job=job: state_of(job) == Job.State.RUNNING, "the job runs")
        wait(rng.uniform(0.2, 3.5), job)
        was_running = state_of(job) == Job.State.RUNNING
        whole = number % 2 == 0
        staff.kill(whole=whole)
        killed_at = time.monotonic()
        if whole:
            staff.start()
        until(lambda job=job: state_of(job) == Job.State.SUCCEEDED, "the job succeeds")
        recoveries.append(time.monotonic() - killed_at)
        until(lambda asset=asset: staff.announced(asset.pk) > 0, "it is announced")
        asset.refresh_from_db()
        job.refresh_from_db()
        with capsys.disabled():
            print(
                f"\nround {number + 1}: killed {'worker' if whole else 'pool'}"
                f" {'while running' if was_running else 'after the end'},"
                f" attempt {job.attempt}, ready {recoveries[-1]:.1f} s later",
                end="",
            )
        assert asset.status == Asset.Status.READY
        bill = bill or inventory(asset)
        assert inventory(asset) == bill
        assert staff.announced(asset.pk) == 1
        staff.stop()
        assert leftovers(staff) == []
    with capsys.disabled():
        middle, worst = statistics.median(recoveries), max(recoveries)
        print(f"\n{rounds}/{rounds} finished once; ready: median {middle:.1f} s, max {worst:.1f} s")


def inventory(asset: Asset) -> list[tuple[str, int | None]]:
    """What an asset has in the end; equal for equal films, however often its worker died."""
    return [(one.name, one.object.files) for one in asset.renditions.select_related("object")]


def leftovers(staff: Crew) -> list[str]:
    """Programs and folders that outlived their work."""
    until(lambda: not programs_in(work_folder()), "programs are gone")
    return [
        str(folder)
        for folder in work_folder().glob("*")
        if Job.objects.filter(pk=folder.name.split("-")[1], state=Job.State.SUCCEEDED).exists()
        and int(folder.name.split("-")[2]) == Job.objects.get(pk=folder.name.split("-")[1]).fence
    ]


def state_of(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s in vain until {what}"
        PAUSE.wait(0.05)


def wait(seconds: float, job: Job) -> None:
    """Let the transcode get on, or end sooner when the job does."""
    deadline = time.monotonic() + seconds
    until(
        lambda: time.monotonic() > deadline or state_of(job) != Job.State.RUNNING,
        "the moment to strike",
    )
