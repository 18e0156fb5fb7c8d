"""Playing on another device: an address that a television fetches by itself, without renewing it.

Its token lives as long as the film and some pauses, and opens the stream and its captions, nothing
else. The gate asks for access all the same, at every request: who is cancelled is out as soon.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.media.models import Asset
from core.media.transcripts.languages import label_of

from .tokens import Claims

AROUND = 3600  # seconds more than the film lasts: pauses, and a scene seen twice
LONGEST = 6 * 3600
STREAM = re.compile(
    r"master\.m3u8|poster\.jpg"
    r"|captions/[A-Za-z0-9-]{2,35}\.(?:vtt|m3u8)"
    r"|[A-Za-z0-9_-]{1,40}/[A-Za-z0-9_.-]{1,120}\.(?:m3u8|m4s|mp4|ts|aac)",
    re.ASCII,
)
# The address speaks for itself and no cookie is read; a receiver's own page asks for it.
OPEN: Mapping[str, str] = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


def lent(claims: Claims, asset: Asset) -> Claims:
    """Return what a device's token says, made from the token of who watches ``asset``."""
    seconds = min(LONGEST, AROUND + int(asset.duration or 0))
    return replace(claims, use="remote", expires_at=int(time.time()) + seconds, kid="")


def opens(name: str) -> bool:
    """Tell whether such a token is for a name."""
    return STREAM.fullmatch(name) is not None


def captions_of(asset: Asset, chosen: str) -> Iterator[str]:
    """Yield the lines that name an asset's captions in its master playlist (RFC 8216, 4.3.4.1).

    A device knows no ``<track>``; the ``chosen`` language is shown from the start.
    """
    for language in asset.tracks.get("captions", ()):
        is_shown = "YES" if language == chosen else "NO"
        label = label_of(language).replace('"', "'")
        yield (
            f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="{label}",'
            f'LANGUAGE="{language}",DEFAULT={is_shown},AUTOSELECT=YES,'
            f'URI="captions/{language}.m3u8"'
        )
