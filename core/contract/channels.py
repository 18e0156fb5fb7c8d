"""By which people are told: what a channel of notifications answers with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class NotificationChannel(Protocol):
    """A way by which people are told: e-mail, the bell, a message to a phone."""

    name: str
    label: str

    def send(self, delivery: Any) -> None:
        """Send ``delivery.notification`` (title, body, url) to ``delivery.notification.member``.

        Called at most once a delivery. Raise ``NotSent`` when surely nothing went out: it is tried
        again later. Raise ``Undeliverable`` when it was refused for good.
        """


@runtime_checkable
class WritingChannel(NotificationChannel, Protocol):
    """A channel whose words can fail before anything goes out: they are written first."""

    def prepare(self, delivery: Any) -> Callable[[], None]:
        """Return what sends ``delivery``, as ``send`` does; called as often as it fails."""
