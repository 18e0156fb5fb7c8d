"""A place for bytes whose files lie on no machine of ours, and which counts what it gives out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.contract import hookimpl, registry
from plugins.local_disk import LocalDisk


class FarAway(LocalDisk):
    name = "far_away"
    label = "Far away"

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.given: dict[str, int] = {}  # bytes by key

    def local_path(self, key: str) -> None:
        del key

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        for chunk in super().open(key, start=start, end=end):
            self.given[key] = self.given.get(key, 0) + len(chunk)
            yield chunk


class Room:
    def __init__(self, provider: FarAway) -> None:
        self.provider = provider

    @hookimpl
    def storage_providers(self) -> list[FarAway]:
        return [self.provider]


@contextmanager
def far_away(root: Path) -> Iterator[FarAway]:
    """Have the place answer; ``STORAGE_PROVIDER`` names it where new objects go there."""
    provider = FarAway(root)
    registry.manager.register(brought := Room(provider), name="tests.far_away")
    registry.rooms.add("tests.far_away")
    try:
        yield provider
    finally:
        registry.manager.unregister(brought)
        registry.rooms.discard("tests.far_away")
