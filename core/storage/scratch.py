"""A folder on this machine for a while: whoever uses it holds its lock, so that the dead's go."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from django.conf import settings

PREFIX = "scratch-"


@contextmanager
def scratch() -> Iterator[Path]:
    """Lend an empty folder that is removed after, by ``tidy`` where its process was killed."""
    folder, lock = _held()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def tidy() -> int:
    """Remove the folders that nobody holds any more; return how many."""
    return sum(_removed(folder) for folder in copies_folder().glob(f"{PREFIX}*"))


def copies_folder() -> Path:
    """Return where this machine keeps what it brought here or makes for a moment."""
    folder = Path(settings.DATA_DIR) / "copies"
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    return folder


def _held() -> tuple[Path, int]:
    while True:
        folder = Path(mkdtemp(prefix=PREFIX, dir=copies_folder()))
        with suppress(FileNotFoundError):  # tidied away before it was held
            lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_SH)
            if folder.exists():
                return folder, lock
            os.close(lock)


def _removed(folder: Path) -> bool:
    return removed_unless_held(folder, partial(shutil.rmtree, folder, ignore_errors=True))


def removed_unless_held(path: Path, remove: Callable[[], None]) -> bool:
    """Remove what is there and nobody holds; tell whether it was."""
    try:
        lock = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove()
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
