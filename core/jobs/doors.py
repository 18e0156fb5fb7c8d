"""Which function stands behind a job's kind."""

from __future__ import annotations

from core.contract import ask
from core.contract.pieces import Door

from .errors import NoDoor


def doors() -> dict[str, Door]:
    """Every kind a plugin or a room has a door for."""
    return {door.kind: door for door in ask("jobs")}


def door_of(kind: str) -> Door:
    """Return the door of a kind; raises ``NoDoor`` naming the kind and the remedy."""
    try:
        return doors()[kind]
    except KeyError:
        raise NoDoor(kind) from None
