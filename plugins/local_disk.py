"""Storage on this machine's disk: whole files or none, private, never overwritten."""

from __future__ import annotations

import errno
import io
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from core.contract import Manifest, hookimpl
from core.contract.errors import KeyTaken, StorageError, StorageFull
from core.contract.pieces import Door, Schedule
from core.contract.providers import ObjectStat

manifest = Manifest(
    name="local_disk",
    version="1.0",
    contract=1,
    summary="Keeps files on this machine's disk.",
)

PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
LONGEST = 1024
CHUNK = 1 << 20
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_LINKS = {errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EMLINK}
TAKEN = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}
ARRIVING = ".arriving"  # no key may begin with a dot, so these two are out of reach
LEAVING = ".leaving"


class LocalDisk:
    """Files below one folder, readable by this account and its group alone."""

    name = "local_disk"
    label = "This machine's disk"

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, source: BinaryIO | Path, *, content_type: str = "") -> ObjectStat:
        del content_type  # the house keeps it in its own row
        target = self._path(key)
        with self._worded(key), self._arriving() as arriving:
            if isinstance(source, Path):
                _take(source, arriving)
            else:
                _copy(source, arriving)
            self._settle(arriving, target)
            return _stat(target.stat())

    def put_tree(self, prefix: str, folder: Path) -> int:
        target = self._path(prefix)
        with self._worded(prefix), self._arriving() as arriving:
            size = _check_tree(folder)
            _move_tree(folder, arriving)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            if target.exists():
                raise KeyTaken(_taken(prefix))
            arriving.rename(target)
            _sync(target.parent)
            return size

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        with self._worded(key):
            file = self._path(key).open("rb")
            return _chunks(file, start, os.fstat(file.fileno()).st_size if end is None else end)

    def stat(self, key: str) -> ObjectStat | None:
        path = self._path(key)
        with self._worded(key):
            return _stat(path.stat()) if path.is_file() else None

    def delete(self, key: str) -> None:
        path = self._path(key)
        with self._worded(key):
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            self._prune(path.parent)

    def delete_tree(self, prefix: str) -> None:
        path = self._path(prefix)
        with self._worded(prefix):
            leaving = self._room(LEAVING)
            with suppress(FileNotFoundError, NotADirectoryError):
                path.rename(leaving)  # gone for readers at once, however many files
            shutil.rmtree(leaving, ignore_errors=True)
            self._prune(path.parent)

    def walk(self, prefix: str = "") -> Iterator[str]:
        top = self._path(prefix) if prefix else self.root
        for folder, folders, files in os.walk(top):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                yield (Path(folder) / name).relative_to(self.root).as_posix()

    def local_path(self, key: str) -> Path | None:
        path = self._path(key)
        return path if path.is_file() else None

    def link(self, key: str, *, seconds: int, file_name: str = "") -> str | None:
        del key, seconds, file_name
        return None  # the gate serves what lies here

    def free_bytes(self) -> int | None:
        self._room(ARRIVING)
        return shutil.disk_usage(self.root).free

    def refuses_anonymous_reads(self) -> bool:
        """A probe lies outside every folder that is served, and others may not read it."""
        key = f"probe/{uuid.uuid4().hex}"
        self.put(key, io.BytesIO(b"private"))
        try:
            path = self._path(key).resolve()
            return not any(path.is_relative_to(folder) for folder in _served()) and not any(
                entry.stat().st_mode & 0o007 for entry in (path, self.root)
            )
        finally:
            self.delete(key)

    def tidy(self, *, older_than: float) -> int:
        """Remove what a killed process left half-way; ``older_than`` in seconds since the epoch."""
        old = [
            entry
            for room in (ARRIVING, LEAVING)
            if (self.root / room).is_dir()
            for entry in (self.root / room).iterdir()
            if entry.lstat().st_mtime < older_than
        ]
        for entry in old:
            _remove(entry)
        return len(old)

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if len(key) > LONGEST or not all(PART.fullmatch(part) for part in parts):
            raise StorageError(_("This is not a key that storage has given out."))
        return self.root.joinpath(*parts)

    def _room(self, name: str) -> Path:
        room = self.root / name
        self.root.mkdir(parents=True, exist_ok=True, mode=0o750)
        room.mkdir(exist_ok=True, mode=0o750)
        return room / uuid.uuid4().hex

    @contextmanager
    def _arriving(self) -> Iterator[Path]:
        path = self._room(ARRIVING)
        try:
            yield path
        finally:
            _remove(path)

    @contextmanager
    def _worded(self, key: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise StorageError(
                _("The file %(key)s is not there any more.") % {"key": key}
            ) from error
        except OSError as error:
            if error.errno in NO_ROOM:
                raise StorageFull(
                    _("The disk is full. Free some space, or add some, and try again.")
                ) from error
            if error.errno in TAKEN:
                raise KeyTaken(_taken(key)) from error
            raise StorageError(
                _("The disk answered: %(reason)s.") % {"reason": error.strerror}
            ) from error

    def _settle(self, arriving: Path, target: Path) -> None:
        """Give a finished file its name, unless the name is taken."""
        for _attempt in range(3):  # a neighbour may prune the folder in between
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            with suppress(FileNotFoundError):
                _name(arriving, target)
                _sync(target.parent)
                return
        _name(arriving, target)

    def _prune(self, folder: Path) -> None:
        while folder != self.root and folder.is_relative_to(self.root):
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def _take(source: Path, arriving: Path) -> None:
    """Link where both lie on one file system (no byte is copied), else copy."""
    source = source.resolve()
    if not source.is_file():
        raise FileNotFoundError(errno.ENOENT, "no such file", str(source))
    try:
        os.link(source, arriving)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        with source.open("rb") as file:
            _copy(file, arriving)
        return
    arriving.chmod(0o640)
    _sync(arriving)


def _copy(source: BinaryIO, arriving: Path) -> None:
    with os.fdopen(os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
        shutil.copyfileobj(source, file, CHUNK)
        file.flush()
        os.fsync(file.fileno())


def _name(arriving: Path, target: Path) -> None:
    try:
        os.link(arriving, target)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640))
        arriving.replace(target)


def _check_tree(folder: Path) -> int:
    """Return a tree's bytes; refuse what is neither file nor folder, or has an odd name."""
    size = 0
    for top, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path = Path(top) / name
            if (
                path.is_symlink()
                or not PART.fullmatch(name)
                or not (path.is_file() or path.is_dir())
            ):
                raise StorageError(_("%(name)s cannot be stored.") % {"name": name})
        for name in files:
            path = Path(top) / name
            path.chmod(0o640)
            _sync(path)
            size += path.stat().st_size
    return size


def _move_tree(folder: Path, arriving: Path) -> None:
    try:
        folder.rename(arriving)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copytree(folder, arriving)
        _check_tree(arriving)
    arriving.chmod(0o750)


def _chunks(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = end - start
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _stat(found: os.stat_result) -> ObjectStat:
    return ObjectStat(size=found.st_size, etag=f"{found.st_size:x}-{found.st_mtime_ns:x}")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _taken(key: str) -> str:
    return _("%(key)s is taken; nothing is ever overwritten.") % {"key": key}


def _served() -> Sequence[Path]:
    """Every folder whose files somebody may fetch without being asked who they are."""
    named = [settings.STATIC_ROOT, settings.MEDIA_ROOT, getattr(settings, "WHITENOISE_ROOT", None)]
    return [Path(folder).resolve() for folder in [*named, *settings.STATICFILES_DIRS] if folder]


@cache
def _disk(root: Path) -> LocalDisk:
    return LocalDisk(root)


def _here() -> LocalDisk:
    return _disk(Path(settings.DATA_DIR) / "objects")


def _tidy(claim: Any) -> None:
    claim.result(removed=_here().tidy(older_than=time.time() - timedelta(days=1).total_seconds()))


@hookimpl
def storage_providers() -> Sequence[LocalDisk]:
    return [_here()]


@hookimpl
def jobs() -> Sequence[Door]:
    return [Door("local_disk.tidy", _tidy)]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule("local_disk.tidy", every=timedelta(days=1))]
