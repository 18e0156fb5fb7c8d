"""What the site answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence

from core.contract import hookimpl
from core.contract.pieces import Door

from .demo import reel


@hookimpl
def jobs() -> Sequence[Door]:
    return [Door(reel.KIND, reel.make, queue="media")]
