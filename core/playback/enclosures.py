"""Whole files for podcast apps: which one an asset offers, and the address that lives for a while.

An app fetches ranges of one address for as long as it plays, so such a token lives as long as
the episode and some minutes. The gate asks for access, and for the feed's key, all the same.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from core.access.queries import known
from core.media.models import Asset, Rendition

from .entitlement import seal_of
from .tokens import Claims, write_token

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from wagtail.models import Page, Site

    from core.members.models import Member
    from core.storage.models import StoredObject

SOUND, FILM = "audio.m4a", "video.mp4"  # renditions of these names are whole files
TYPES: Mapping[str, str] = {"audio.mp3": "audio/mpeg", SOUND: "audio/mp4", FILM: "video/mp4"}
BESIDE = re.compile(r"captions/[A-Za-z0-9-]{2,35}\.vtt|chapters\.json", re.ASCII)
AROUND = 600  # seconds more than the episode lasts
LONGEST = 4 * 3600
# The address speaks for itself and no cookie is read, so players on other sites may use it.
OPEN = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One file an app downloads: its name behind a token, its type and its size in bytes."""

    name: str
    object: StoredObject

    @property
    def content_type(self) -> str:
        return TYPES[self.name]

    @property
    def size(self) -> int:
        return self.object.size


def enclosures_of(asset: Asset, files: Mapping[str, StoredObject]) -> list[Enclosure]:
    """Return what an asset offers, the one that every app plays first.

    ``files`` are its whole-file renditions by name. An MP3 or M4A is handed out as it came, unless
    it is cut: what was taken out goes to nobody. Where no file is there yet, there is nothing.
    """
    found = [Enclosure(name, files[name]) for name in (SOUND, FILM) if name in files]
    own = _own_name(asset)
    if own and asset.original:
        others = [one for one in found if one.name != own]
        return [Enclosure(own, asset.original), *others]
    return found


def whole_files(renditions: Mapping[str, Rendition]) -> dict[str, StoredObject]:
    """Return an asset's whole-file renditions by name."""
    kept = renditions.values()
    return {row.name: row.object for row in kept if row.kind == row.Kind.FILE and row.object}


def enclosure_url(
    *,
    member: Member | AnonymousUser | None,
    asset: Asset,
    site: Site,
    page: Page,
    name: str,
    key_id: int | None = None,
) -> str:
    """Return the address of one of the names that ``enclosures_of`` gave, or of words beside it.

    The caller has asked ``may``; ``key_id`` is the feed's key, which the gate asks for again.
    """
    person = known(member)
    seconds = min(LONGEST, AROUND + int(asset.duration or 0))
    ends = int(time.time()) + max(seconds, int(settings.PLAYBACK_TOKEN_SECONDS))
    claims = Claims(
        member_id=person.pk if person else None,
        site_id=site.pk,
        asset_id=asset.pk,
        page_id=page.pk,
        expires_at=ends,
        began_at=ends,
        use="enclosure",
        key_id=key_id,
        seal=seal_of(person) if person and key_id is None else "",
    )
    return f"/p/{write_token(claims)}/{asset.pk}/{name}"


def opens(name: str) -> bool:
    """Tell whether an enclosure's token is for a name: whole files and the words beside them."""
    return name in TYPES or BESIDE.fullmatch(name) is not None


def _own_name(asset: Asset) -> str:
    """Tell under which name the original is what every app plays, by what was read in it."""
    codec, container = asset.probe.get("audio_codec", ""), asset.probe.get("container", "")
    if asset.kept or asset.kind != Asset.Kind.AUDIO or asset.probe.get("video_codec"):
        return ""
    if codec.startswith("mp3") and "mp3" in container:
        return "audio.mp3"
    return SOUND if codec == "aac" and "mp4" in container else ""
