"""Events that outside services send: verified over their raw bytes, kept once, then handled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Event:
    """An event that an outside service sent, verified: whose, which one, what, and its words."""

    id: str  # unique with the account: a second one with it is the same event
    kind: str  # "video.asset.ready"
    payload: Mapping[str, Any]
    account: str = ""


@runtime_checkable
class WebhookSource(Protocol):
    """An outside service that sends events to ``/hooks/<name>/``."""

    name: str
    label: str

    def verify(self, body: bytes, headers: Mapping[str, str], site: Any) -> Event:
        """Return the event, its signature verified over the raw ``body``.

        ``headers`` have lower-case names. Raise ``BadEvent`` where it cannot be believed (so is
        anything else that is raised) and ``NotReady`` where there is no secret to verify with
        (``core.contract.errors``). Refuse what is older or newer than five minutes.
        """

    def handle(self, kind: str, payload: Mapping[str, Any], site: Any) -> None:
        """Do what the event asks for, inside one transaction; it may come in any order.

        Called from a job that tries again when this raises.
        """
