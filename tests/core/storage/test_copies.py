"""What lies far away is brought once a job, kept while there is room, and gone with the job."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from time import time

import pytest

from core.contract.errors import Later, StorageError, StorageFull, VideoError
from core.jobs.errors import SandboxError
from core.jobs.models import Job
from core.storage import copies
from core.storage.copies import job_copy, tidy
from core.storage.scratch import copies_folder
from core.storage.services import local_copy, store
from tests.far_away import far_away

FILM = bytes(range(256)) * 4096


@pytest.fixture
def far(settings, tmp_path):
    settings.DATA_DIR, settings.STORAGE_PROVIDER = tmp_path / "data", "far_away"
    with far_away(tmp_path / "far") as provider:
        yield provider


@pytest.fixture
def film(site, far):
    return store(site=site, source=BytesIO(FILM), content_type="video/mp4")


def a_job(state="running"):
    return Job.objects.create(kind="test", queue="default", state=state).pk


def kept():
    return sorted(path for path in copies_folder().rglob("*") if path.is_file())


def lend(obj, job, error=None, **more):
    """Read a job's copy whole, and end as a claim may end."""
    with job_copy(obj, job=job, **more) as path:
        assert path.read_bytes() == FILM
        if error:
            raise error


@pytest.mark.parametrize(
    "error", [Later(0, queue="media"), SandboxError("killed", "Killed."), StorageError("Away.")]
)
def test_the_next_claim_of_a_job_finds_the_copy(film, far, error):
    job = a_job()
    with pytest.raises(type(error)):
        lend(film, job, error)
    lend(film, job)
    assert far.given[film.key] == len(FILM)
    assert kept() == []


def test_a_copy_goes_with_what_ends_its_job_for_good(film, far):
    with pytest.raises(VideoError):
        lend(film, a_job(), VideoError("It is damaged."))
    assert kept() == []


def test_another_job_never_reads_it(film, far):
    first, second = a_job(), a_job()
    with pytest.raises(Later):
        lend(film, first, Later(0))
    lend(film, second)
    assert far.given[film.key] == 2 * len(FILM)
    assert [path.parent.name for path in kept()] == [f"job-{first}"]


def test_two_who_work_for_one_job_share_it_and_none_takes_it_away(film, far):
    job = a_job()
    with job_copy(film, job=job, stays=True) as first:
        lend(film, job, stays=True)
        lend(film, job)  # it would go now, and somebody reads it
        assert first.read_bytes() == FILM
    assert far.given[film.key] == len(FILM)
    lend(film, job)
    assert (far.given[film.key], kept()) == (len(FILM), [])


def test_what_an_ended_job_left_is_tidied_away_and_what_is_read_is_not(film, far):
    ended, active, stale = a_job(), a_job("queued"), a_job("queued")
    for job in (ended, active, stale):
        with pytest.raises(Later):
            lend(film, job, Later(0))
    Job.objects.filter(pk=ended).update(state="failed")
    long_ago = time() - copies.LEASE.total_seconds() - 60
    [old] = [path for path in kept() if path.parent.name == f"job-{stale}"]
    os.utime(old, (long_ago, long_ago))
    with job_copy(film, job=ended) as path:
        assert tidy() == 1
        assert path.exists()
    assert [path.parent.name for path in kept()] == [f"job-{active}"]


def test_what_is_too_large_to_keep_is_brought_by_each_claim(film, far, monkeypatch):
    monkeypatch.setattr(copies, "MOST", 2 * len(FILM))
    jobs = [a_job() for _ in range(3)]
    for job in jobs:
        with pytest.raises(Later):
            lend(film, job, Later(0))
    assert len(kept()) == 2
    lend(film, jobs[2])
    assert far.given[film.key] == 4 * len(FILM)
    monkeypatch.setattr(copies, "MOST", 2**40)
    monkeypatch.setattr(copies, "ROOM", shutil.disk_usage(Path.cwd()).total)
    lend(film, jobs[2])
    assert far.given[film.key] == 5 * len(FILM)


def test_a_full_disk_is_said_and_leaves_nothing_half(film, far, small_disk):
    first, second = a_job(), a_job()
    with pytest.raises(Later):
        lend(film, first, Later(0))
    with pytest.raises(StorageFull, match="The disk is full"):
        lend(film, second)
    assert kept() == []  # the next try has all the room there is
    lend(film, second)


@pytest.fixture
def small_disk(far, settings, monkeypatch):
    """A disk of one and a half films, as the kernel tells of it, and nobody reckons before."""
    monkeypatch.setattr(copies, "_has_room", lambda _size: True)
    room, opened = 1.5 * len(FILM), far.open

    def open_until_full(key, **more):
        for chunk in opened(key, **more):
            if sum(path.stat().st_size for path in kept()) + len(chunk) > room:
                raise OSError(errno.ENOSPC, "No space left on device")
            yield chunk

    monkeypatch.setattr(far, "open", open_until_full)


def test_what_comes_short_is_no_copy(film, far, monkeypatch):
    monkeypatch.setattr(far, "open", lambda _key, **_more: iter([FILM[:100]]))
    for lending in (job_copy(film, job=a_job()), local_copy(film)):
        with pytest.raises(StorageError, match="whole"), lending:
            pass
    assert kept() == []


HOLDER = """
import signal, sys
from django.conf import settings
settings.configure(DATA_DIR=sys.argv[1])
from core.storage.scratch import scratch
with scratch() as own:
    (own / "file").write_bytes(bytes(9))
    print(own, flush=True)
    signal.pause()
"""


def test_what_a_killed_process_was_lent_goes_and_what_is_lent_now_stays(film):
    command = [sys.executable, "-c", HOLDER, str(copies_folder().parent)]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        folder = Path(other.stdout.readline().strip())
        with local_copy(film) as path:
            assert tidy() == 0
            assert folder.parent == copies_folder()
            other.kill()
            other.wait()
            assert (folder / "file").exists()
            assert tidy() == 1
            assert path.read_bytes() == FILM
    finally:
        other.kill()
        other.communicate()
    assert list(copies_folder().iterdir()) == []


def test_a_claim_lives_while_bytes_come(film, far):
    ticks = []
    with job_copy(film, job=a_job(), tick=lambda: ticks.append(1)), local_copy(film):
        pass
    assert ticks
