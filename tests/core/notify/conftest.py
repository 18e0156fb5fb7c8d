"""A kind to tell of, brought by a room of the test's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from core.contract import hookimpl, registry
from core.contract.pieces import NotificationKind


class Room:
    """Brings kinds, and channels that a test may fill in."""

    def __init__(self) -> None:
        self.channels: list[Any] = []

    @hookimpl
    def notification_kinds(self) -> Sequence[NotificationKind]:
        return [
            NotificationKind("test_news", "News", "When there is any."),
            NotificationKind("test_quiet", "Quiet", channels=()),
            NotificationKind("test_staff", "Work", channels=("in_app",), who="staff"),
        ]

    @hookimpl
    def notification_channels(self) -> Sequence[Any]:
        return self.channels


@pytest.fixture
def room() -> Iterator[Room]:
    brought = Room()
    registry.manager.register(brought, name="tests.notify")
    registry.rooms.add("tests.notify")
    yield brought
    registry.manager.unregister(brought)
    registry.rooms.discard("tests.notify")


@pytest.fixture
def tell(room, member, site):
    """Tell the member news; by default under one key."""
    from core.notify.services import notify

    def do(**fields):
        first = {"kind": "test_news", "key": "news:1", "title": "There is news", "url": "/news/"}
        return notify(**{"member": member, "site": site, **first, **fields})

    return do
