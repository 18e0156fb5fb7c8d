"""What this room answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.contract import hookimpl
from core.contract.pieces import Anchor

from .moving import count_watches, move_watches


@hookimpl
def anchors(site_id: int) -> Sequence[Anchor]:
    del site_id
    return [Anchor(_("What members watched, and where they stopped"), count_watches, move_watches)]
