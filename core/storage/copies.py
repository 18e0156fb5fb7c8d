"""A file from afar, brought to this machine once for a job, and kept until the job ends.

A job goes on in another queue, or is tried again: where the same machine goes on with it, the file
is there. Whoever reads it holds a shared lock; only what nobody holds is removed. It is never more
than a convenience: without room for it, each claim brings its own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import time

from core.contract.errors import Cancelled, PermanentError, StorageFull
from core.jobs.models import Job

from . import scratch
from .models import StoredObject
from .scratch import copies_folder, removed_unless_held
from .services import Tick, bring, key_of, local_copy, place

LEASE = timedelta(hours=6)  # since somebody used it last
MOST = 64 * 2**30  # bytes of all that is kept
ROOM = 5 * 2**30  # bytes that stay free beside it
Held = tuple[Path, int]


@contextmanager
def job_copy(
    obj: StoredObject, *, job: int, stays: bool = False, tick: Tick = lambda: None
) -> Iterator[Path]:
    """Lend a job's file as a path on this machine, brought here by its first claim alone.

    It goes when the claim ends well or for good, unless it ``stays`` for others who work for the
    same job; after any other end the next claim finds it. ``tick`` is called while bytes come.
    """
    held = None if place(obj).local_path(key_of(obj)) else _held(obj, job, tick)
    if held is None:
        with local_copy(obj, tick=tick) as path:
            yield path
        return
    path, lock = held
    is_over = False
    try:
        yield path
        is_over = not stays
    except (PermanentError, Cancelled):
        is_over = not stays
        raise
    finally:
        with suppress(FileNotFoundError):
            os.utime(path)
        os.close(lock)
        if is_over:
            _drop(_folder(job))


def tidy() -> int:
    """Remove what jobs that have ended left here, what nobody used for long, and the dead's."""
    removed = scratch.tidy()
    folders = {int(one.name.removeprefix("job-")): one for one in _all("job-*")}
    if not folders:
        return removed
    active = set(
        Job.objects.filter(pk__in=folders, state__in=Job.ACTIVE).values_list("pk", flat=True)
    )
    due = [one for job, one in folders.items() if job not in active or _is_stale(one)]
    return removed + sum(_drop(one) for one in due)


def _held(obj: StoredObject, job: int, tick: Tick) -> Held | None:
    """Return the file and the lock that keeps it, or None where it cannot be kept."""
    path = _folder(job) / obj.pk.hex
    if held := _held_path(path):
        return held
    tidy()
    return _brought(obj, path, tick) if _has_room(obj.size) else None


def _brought(obj: StoredObject, path: Path, tick: Tick) -> Held | None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    part = path.with_suffix(".part")
    lock = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        bring(obj, part, tick=tick)
        part.rename(path)
    except BlockingIOError:  # another claim of this job brings it just now
        os.close(lock)
        return None
    except BaseException as error:
        part.unlink(missing_ok=True)
        os.close(lock)
        if isinstance(error, StorageFull):
            _drop_idle()
        raise
    os.close(lock)
    return _held_path(path)


def _held_path(path: Path) -> Held | None:
    """Hold a whole file against removal; None where there is none."""
    try:
        lock = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    fcntl.flock(lock, fcntl.LOCK_SH)
    if os.fstat(lock).st_nlink:
        return path, lock
    os.close(lock)  # removed between the two
    return None


def _drop_idle() -> None:
    """The disk is full: what nobody reads at this moment goes, whoever may want it later."""
    for folder in _all("job-*"):
        _drop(folder)


def _drop(folder: Path) -> int:
    """Remove what nobody holds; return how many files."""
    removed = sum(_removed(path) for path in folder.glob("*"))
    with suppress(OSError):  # somebody's is in it still
        folder.rmdir()
    return removed


def _removed(path: Path) -> bool:
    return removed_unless_held(path, partial(path.unlink, missing_ok=True))


def _is_stale(folder: Path) -> bool:
    latest = max(_each(folder.glob("*"), "st_mtime"), default=folder.stat().st_mtime)
    return time() - latest > LEASE.total_seconds()


def _has_room(size: int) -> bool:
    kept = sum(_each(_all("job-*/*"), "st_size"))
    return size + kept <= MOST and shutil.disk_usage(copies_folder()).free - size >= ROOM


def _each(paths: Iterable[Path], fact: str) -> Iterator[float]:
    for path in paths:
        with suppress(FileNotFoundError):
            yield getattr(path.stat(), fact)


def _all(pattern: str) -> list[Path]:
    return list(copies_folder().glob(pattern))


def _folder(job: int) -> Path:
    return copies_folder() / f"job-{job}"
