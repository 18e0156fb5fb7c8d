"""Words lent to a service that works for us: it fetches them by itself, and no member stands there.

Its token opens the published captions of one asset for some minutes, and nothing that moves or
sounds: who has it can read what is said, and no more.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from .tokens import Claims, write_token

if TYPE_CHECKING:
    from core.media.models import Asset

VALID = 900  # seconds; whoever we asked fetches within moments
CAPTIONS = re.compile(r"captions/[A-Za-z0-9-]{2,35}\.vtt", re.ASCII)


def captions_path(asset: Asset, language: str) -> str:
    """Return where a service reads an asset's captions (WebVTT) for the next minutes."""
    ends = int(time.time()) + VALID
    claims = Claims(
        member_id=None,
        site_id=asset.site_id,
        asset_id=asset.pk,
        page_id=None,
        expires_at=ends,
        began_at=ends,
        use="words",
    )
    return f"/p/{write_token(claims)}/{asset.pk}/captions/{language}.vtt"


def opens(name: str) -> bool:
    """Tell whether such a token is for a name."""
    return CAPTIONS.fullmatch(name) is not None
