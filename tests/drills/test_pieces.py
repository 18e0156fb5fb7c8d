"""``kill -9`` of one of two workers in the middle of a film's pieces: it is finished once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from wagtail.models import Site

from core.contract.services import save_settings
from core.jobs.claims import work_folder
from core.jobs.crews import crew_of
from core.jobs.models import Job
from core.media.models import Asset
from core.media.services import ingest, pieces
from core.storage.models import StoredObject
from core.storage.services import sweep_doomed
from tests.drills.crew import Crew, programs_in
from tests.drills.test_kill import inventory

WORKER = (sys.executable, "-m", "celery", "-A", "workers.app", "worker", "-l", "warning")
QUEUES = (
    "-Q",
    "default,mail,playable,media,media-late",
    "-c",
    "1",
    "--without-gossip",
    "--without-mingle",
)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    out = tmp_path / "film.mkv"
    command = [settings.FFMPEG, "-v", "error", "-f", "lavfi"]
    command += ["-i", "testsrc2=s=640x360:r=24:d=64", "-f", "lavfi", "-i", "sine=440:d=64"]
    command += ["-c:v", "mpeg4", "-q:v", "4", "-g", "96", "-c:a", "libmp3lame", str(out)]
    subprocess.run(command, check=True)
    return out


@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.drill)])
def test_a_killed_worker_costs_a_piece_and_nothing_else(rounds, staff, film, capsys):
    save_settings(plugin="ffmpeg", values={"share_minutes": 1})
    member = get_user_model().objects.create_superuser("drill@lectern.example", "x")
    site = Site.objects.get(is_default_site=True)
    bill = None
    for number in range(rounds):
        crews = {core: hired(staff, core) for core in sorted(os.sched_getaffinity(0))[:2]}
        try:
            staff.until(lambda: crew_of("media").cores == 2, "two workers are there")
            asset = ingest(site=site, member=member, path=film, title=f"Drill {number}")
            job = Job.objects.get(subject=f"asset:{asset.pk}", kind="media.prepare")
            strike(staff, crews, job)
            killed_at = time.monotonic()
            staff.until(lambda asset=asset: is_ready(asset), "the film is ready")
            staff.until(lambda asset=asset: staff.announced(asset.pk) > 0, "it is announced")
        finally:
            for process in crews.values():
                end(process)
        rows = pieces.rows_of(job)
        with capsys.disabled():
            waited = time.monotonic() - killed_at
            print(f"\nround {number + 1}: {len(rows)} pieces, ready {waited:.1f} s after the kill")
        assert max(row.attempt for row in rows) == 2
        assert {row.state for row in rows} == {Job.State.SUCCEEDED}
        bill = bill or inventory(asset)
        assert inventory(asset) == bill
        assert staff.announced(asset.pk) == 1
        sweep_doomed()
        assert not StoredObject.objects.filter(key__endswith="/piece").exists()
        staff.until(lambda: not programs_in(work_folder()), "programs are gone")


def hired(staff: Crew, core: int) -> subprocess.Popen[bytes]:
    """A worker of one slot with a core of its own; the first one brings the scheduler."""
    process = staff._run([*WORKER, *QUEUES, "-n", f"core{core}@%h"])
    os.sched_setaffinity(process.pid, {core})
    if staff.scheduler is None:
        beat = [*WORKER[:5], "beat", "-l", "warning", "--pidfile="]
        staff.scheduler = staff._run(beat)
    return process


def strike(staff: Crew, crews: dict[int, subprocess.Popen[bytes]], job: Job) -> None:
    """Kill the worker that makes a piece of the picture."""
    makers: list[Job] = []

    def is_made() -> bool:
        running = "\n".join(programs_in(work_folder()))
        rows = [row for row in pieces.rows_of(job) if row.payload["piece"]["name"] != "sound"]
        makers[:] = [row for row in rows if f"job-{row.pk}-" in running]
        return bool(makers)

    staff.until(is_made, "a piece is being made")
    pid = int(makers[0].worker.rpartition(":")[2])
    parent = next(one for one in crews.values() if os.getpgid(pid) == one.pid)
    end(parent)


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def is_ready(asset: Asset) -> bool:
    asset.refresh_from_db()
    assert asset.status != Asset.Status.FAILED, asset.error
    return asset.status == Asset.Status.READY
