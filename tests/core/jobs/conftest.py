"""Doors for tests, registered as the house registers its rooms."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from redis import Redis

from core.contract import hookimpl, registry
from core.contract.pieces import Door, Schedule

QUEUE = f"tests-of-jobs-{os.getpid()}"  # others run the same tests beside these


class Doors:
    """A room of the house whose doors and schedules a test fills in."""

    def __init__(self) -> None:
        self.doors: list[Door] = []
        self.periods: list[Schedule] = []

    @hookimpl
    def jobs(self) -> Sequence[Door]:
        return self.doors

    @hookimpl
    def schedules(self) -> Sequence[Schedule]:
        return self.periods

    @staticmethod
    def idle(_claim: Any) -> None:
        """A door behind which nothing happens."""

    def add(self, kind: str, run: Callable[[Any], None], **fields: Any) -> None:
        self.doors.append(Door(kind, run, **fields))


@pytest.fixture
def house() -> Iterator[Doors]:
    room = Doors()
    registry.manager.register(room, name="tests.jobs")
    registry.rooms.add("tests.jobs")
    yield room
    registry.manager.unregister(room)
    registry.rooms.discard("tests.jobs")


@pytest.fixture
def line(settings) -> Iterator[Redis]:
    """The server that holds the bells of ``QUEUE``, none at first."""
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.delete(QUEUE)
        yield redis
        redis.delete(QUEUE)
