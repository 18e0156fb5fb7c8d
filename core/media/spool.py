"""An upload's bytes on this machine's disk, appended by one writer at a time.

The last comer is the writer: it leaves its mark beside the file, and whoever finds another's
mark under the lock stops. A connection that hangs can therefore never block a resumed upload.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from uuid import UUID

from django.conf import settings

from .errors import NoRoom, Superseded

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
HAND_ON = 16 * 2**20  # bytes
FORGET = os.POSIX_FADV_DONTNEED
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def _this_boot() -> bytes:
    """Name the running kernel: what it wrote is in its page cache for as long as it runs."""
    return BOOT_ID.read_bytes().strip() if BOOT_ID.exists() else b"unknown"


def folder() -> Path:
    """Where uploads grow; the same file system as the local place makes finishing a rename."""
    return Path(settings.MEDIA_UPLOADS)


class Spool:
    """One upload's file, taken over by whoever opens it."""

    def __init__(self, upload_id: UUID) -> None:
        self.path = folder() / upload_id.hex
        self.mark_path = self.path.with_suffix(".writer")
        self._name = self.mark = secrets.token_hex(8).encode() + b" " + _this_boot()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._handed_on = 0
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the file's lock."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Hold the lock as the writer; raises ``Superseded`` when another took over."""
        with self.locked():
            if not self.mark_path.exists() or self.mark_path.read_bytes() != self.mark:
                raise Superseded
            yield

    def take_over(self, durable: int) -> int:
        """Become the writer (inside ``locked``); return how many bytes are held.

        Bytes beyond ``durable`` count only if the kernel that took them still runs: after a power
        cut a file's length may promise what its blocks do not hold. What the former writer had
        in doubt counts in no case.
        """
        size = os.fstat(self._file).st_size
        held = min(size, self._believed(durable))
        if held < size:
            os.ftruncate(self._file, held)
        self._sign(self._name)
        return held

    def doubt(self, at: int) -> None:
        """Let no byte from ``at`` on count until ``trust``, should this process end before."""
        with self.mine():
            self._sign(self._name + b" %d" % at)

    def trust(self) -> None:
        """Let every byte count again (inside ``mine``)."""
        self._sign(self._name)

    def _sign(self, mark: bytes) -> None:
        with _or_no_room():
            self.mark_path.write_bytes(mark)
        self.mark = mark

    def append(self, chunk: bytes, at: int) -> None:
        """Write a chunk at an offset, whole; raises ``NoRoom`` when the disk is full."""
        with self.mine(), _or_no_room():
            view = memoryview(chunk)
            while view:
                written = os.pwrite(self._file, view, at)
                view, at = view[written:], at + written
            self._hand_on(at)

    def _hand_on(self, at: int) -> None:
        """Have the kernel write what came, and forget it: its cache stays as small as it was.

        Left alone it would take fresh memory for every byte (at half the speed and less), push
        what others read out of the cache, and then stop us to write it all at once.
        """
        if at - self._handed_on >= HAND_ON:
            os.posix_fadvise(self._file, self._handed_on, at - self._handed_on, FORGET)
            self._handed_on = at - HAND_ON // 2  # still on its way to the disk: told twice

    def cut(self, size: int) -> None:
        """Throw away what lies beyond ``size`` (inside ``mine``)."""
        os.ftruncate(self._file, size)

    def size(self) -> int:
        return os.fstat(self._file).st_size

    def sync(self) -> None:
        with _or_no_room():
            os.fdatasync(self._file)

    def _believed(self, durable: int) -> int:
        """Return how many bytes the former writer's mark vouches for."""
        former = self.mark_path.read_bytes() if self.mark_path.exists() else b""
        _writer, boot, doubted = (*former.split(b" "), b"", b"")[:3]
        if boot != _this_boot():
            return durable
        return int(doubted) if doubted else sys.maxsize


@contextmanager
def _or_no_room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoRoom from error
        raise


def path_of(upload_id: UUID) -> Path:
    """Where an upload's bytes lie."""
    return folder() / upload_id.hex


def discard(upload_id: UUID) -> None:
    """Remove an upload's file and its mark; a writer that still runs finds its mark gone."""
    path = path_of(upload_id)
    path.with_suffix(".writer").unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def free_bytes() -> int:
    """How much more fits."""
    folder().mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder()).free
