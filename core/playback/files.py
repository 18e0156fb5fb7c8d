"""Reads what Django's own storage keeps, wherever that is, as a place is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import Storage

from core.contract.providers import ObjectStat

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one Django storage."""

    storage: Storage

    def local_path(self, key: str) -> Path | None:
        try:
            path = Path(self.storage.path(key))
        except NotImplementedError:
            return None
        return path if path.is_file() else None

    def stat(self, key: str) -> ObjectStat | None:
        if not self.storage.exists(key):
            return None
        size, made = self.storage.size(key), self.storage.get_modified_time(key)
        return ObjectStat(size, f"{size:x}-{int(made.timestamp() * 1_000_000):x}")

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        with self.storage.open(key) as file:
            file.seek(start)
            left = (self.storage.size(key) if end is None else end) - start
            while left > 0 and (chunk := file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk
