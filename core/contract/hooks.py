"""What the contract's own room answers: the door behind which announcements are delivered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import verbs
from .fitting import hookimpl
from .pieces import Door


@hookimpl
def jobs() -> Sequence[Door]:
    return [Door(kind=verbs.TELL, run=_deliver)]


def _deliver(claim: Any) -> None:
    verbs.deliver(**claim.payload)
