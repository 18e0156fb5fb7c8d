"""One long film by one worker with a core of its own, and by two with one each.

On a machine whose cores are all taken by one worker, a second one gains nothing: that is measured
too, for the record, and is why pieces are handed out only where another has cores of its own.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from redis import Redis

from config.supervisor.children import Child
from core.contract.services import save_settings
from core.jobs.crews import crew_of, key_of
from core.jobs.models import Job
from core.media import services
from core.media.models import Asset
from core.media.services.pieces import KIND
from core.storage.services import sweep_doomed
from tests.waiting import until

from .copy import Copy
from .crew import ingested
from .figures import Figure
from .films import Films

LONG = 600  # seconds of 1080p that nobody can copy: the shortest film that is shared by default
SHORT = 64
FOR_THIS = {"profile": "fast", "share_minutes": 1}
BEFORE = {"profile": "balanced", "share_minutes": 10}
CELERY = (sys.executable, "-m", "celery", "-A", "workers.app")


def run(copy: Copy) -> list[Figure]:
    call_command("migrate", verbosity=0, interactive=False)
    save_settings(plugin="ffmpeg", values=FOR_THIS)
    try:
        return _figures(copy)
    finally:
        save_settings(plugin="ffmpeg", values=BEFORE)


def _figures(copy: Copy) -> list[Figure]:
    films = Films(copy.folder / "films")
    cores = sorted(os.sched_getaffinity(0))
    everything = set(cores)
    alone = _seconds(copy, films.lecture(LONG), [{cores[0]}])
    together = _seconds(copy, films.lecture(LONG), [{cores[0]}, {cores[1]}])
    one = _seconds(copy, films.lecture(SHORT), [everything])
    halves = _seconds(copy, films.lecture(SHORT), [{cores[0]}, {cores[1]}])
    note = f"{LONG} s of 1080p: {alone:.0f} s, {together:.0f} s"
    full = f"{SHORT} s of 1080p: {one:.1f} s by one on all cores, {halves:.1f} s by two on one each"
    return [
        Figure(
            "two workers / one, each with its core", alone / together, "×", least=1.8, note=note
        ),
        Figure("… where one had all cores already", one / halves, "×", note=full),
    ]


def _seconds(copy: Copy, film: Path, crews: Sequence[set[int]]) -> float:
    """Prepare a film by a worker for each set of cores; return how long its job took."""
    with _hired(copy, crews):
        until(lambda: crew_of("media").slots == len(crews), seconds=60)
        asset = ingested(film)
        until(lambda: _has_ended(asset), seconds=900)
        job = Job.objects.get(subject=f"asset:{asset.pk}", kind="media.prepare")
        assert asset.status == Asset.Status.READY, asset.error
        assert job.started_at
        assert job.finished_at
        pieces = Job.objects.filter(subject=job.subject, kind=KIND)
        assert bool(pieces) == (len(crews) > 1), "pieces where there was nobody, or none"
        services.delete(asset)
        sweep_doomed()
        return (job.finished_at - job.started_at).total_seconds()


def _has_ended(asset: Asset) -> bool:
    asset.refresh_from_db()
    return asset.status in (Asset.Status.READY, Asset.Status.FAILED)


@contextmanager
def _hired(copy: Copy, crews: Sequence[set[int]]) -> Iterator[None]:
    """Workers of one slot, each on its cores, and a scheduler."""
    hired = [
        _started(copy, f"media-{number}", "worker", "-c", "1", "-Q", "media", cores=own)
        for number, own in enumerate(crews)
    ]
    everywhere = os.sched_getaffinity(0)
    hired.append(
        _started(copy, "worker", "worker", "-c", "1", "-Q", "default,playable", cores=everywhere)
    )
    hired.append(_started(copy, "scheduler", "beat", cores=everywhere))
    try:
        yield
    finally:
        for child in hired:
            child.end()
        with Redis.from_url(copy.env["REDIS_URL"]) as line:
            line.delete(key_of("media"))  # who is killed cannot say that he has gone


def _started(copy: Copy, name: str, *words: str, cores: set[int]) -> Child:
    command = [*CELERY, *words, "--loglevel", "WARNING", "--pidfile="]
    if words[0] == "worker":
        command += ["--hostname", f"{name}@%h"]
    log = copy.folder / "logs" / f"parallel-{name}.log"
    child = Child(name, command, copy.env, log, death=signal.SIGQUIT, orphaned=signal.SIGKILL)
    child.start()
    assert child.process is not None
    os.sched_setaffinity(child.process.pid, cores)  # before it has children
    return child
