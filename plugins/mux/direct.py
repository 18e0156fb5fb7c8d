"""Files that browsers send straight to Mux: the address, what came, and the way home.

"Upload files directly" and "Download your videos" (master access) at docs.mux.com.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import httpx
from django.db import transaction
from django.utils.translation import gettext as _

from core.contract.direct import DirectAddress
from core.contract.errors import Later, VideoError
from core.contract.providers import Probe
from core.media.queries import remembered
from core.media.services.preparation import remember

from .client import Client

LOOK_AGAIN = 20.0  # seconds; a webhook comes sooner
VALID = 24 * 3600  # seconds an address takes a file
GIVE_UP = 2 * VALID
MASTER_GIVE_UP = 6 * 3600  # seconds
MOST_ERRORS = 2
TIMEOUT = httpx.Timeout(15.0)
PIECE = 2**20
UNKNOWN = "unknown"  # what Mux does not tell of a codec
LOST = {"errored", "cancelled", "timed_out"}


def new_address(client: Client, asset: Any, origin: str) -> DirectAddress:
    """Make a direct upload that pages of ``origin`` may send to."""
    upload = client.new_upload(
        passthrough=str(asset.pk),
        title=asset.title,
        is_sound=asset.asked_kind == "audio",
        origin=origin,
        seconds=VALID,
    )
    known = {"upload": upload.id, "began": time.time(), "is_sent": True}
    return DirectAddress(upload.url, VALID, {"mux": known})


def inspect(client: Client, asset: Any) -> Probe:
    """Say what Mux found in the file, once it is ready with it."""
    known = remembered(asset, "mux")
    upload = client.upload(known["upload"]) if known.get("upload") else None
    if upload is None or upload.status in LOST:
        raise VideoError(_("The file has not arrived at Mux. Upload it again."))
    found = client.asset(upload.asset_id) if upload.asset_id else None
    if found is None or found.status == "preparing":
        _wait(known)
    elif found.status == "errored":
        said = " ".join((found.errors and found.errors.messages) or [])
        raise VideoError(
            _("Mux could not prepare this file. %(said)s Export it again, then upload it.")
            % {"said": said}
        )
    return _probe(found)


def _wait(known: Mapping[str, Any]) -> NoReturn:
    if time.time() - known.get("began", time.time()) > GIVE_UP:
        raise VideoError(_("Mux has not finished this within two days. Try again, or ask Mux."))
    raise Later(LOOK_AGAIN)


def _probe(found: Any) -> Probe:
    tracks = {track.type: track for track in reversed(found.tracks or [])}
    picture, sound = tracks.get("video"), tracks.get("audio")
    return Probe(
        container=UNKNOWN,
        duration=found.duration or 0.0,
        size=0,
        video_codec=UNKNOWN if picture else "",
        audio_codec=UNKNOWN if sound else "",
        width=getattr(picture, "max_width", 0) or 0,
        height=getattr(picture, "max_height", 0) or 0,
        frame_rate=max(getattr(picture, "max_frame_rate", 0) or 0, 0),
    )


def fetch_original(client: Client, asset: Any, folder: Path, tick: Callable[[], None]) -> Path:
    """Ask for the master, wait until it is made, download it; give up after some hours."""
    number = remembered(asset, "mux").get("asset", "")
    found = client.asset(number) if number else None
    if found is None:
        raise VideoError(_("The file is not at Mux any more. Upload it again."))
    master = found.master
    if master is not None and master.status == "ready":
        path = _downloaded(master.url, folder / "master.mp4", tick)
        _note_master(asset, None)
        return path
    has_failed = master is not None and master.status == "errored"
    _count(asset, is_asked=master is not None, has_failed=has_failed)
    if master is None or has_failed:
        client.open_master(number)
    raise Later(LOOK_AGAIN)


def _count(asset: Any, *, is_asked: bool, has_failed: bool) -> None:
    """Remember since when a master is waited for, and how often Mux failed to make it.

    Of one that nobody has asked for yet, or that has lapsed there since, the count begins anew.
    """
    known = remembered(asset, "mux").get("master") if is_asked else None
    asked = known or {"began": time.time(), "errors": 0}
    if has_failed:
        asked = {"began": time.time(), "errors": asked["errors"] + 1}
    is_over = asked["errors"] >= MOST_ERRORS or time.time() - asked["began"] > MASTER_GIVE_UP
    _note_master(asset, None if is_over else asked)
    if is_over:
        raise VideoError(
            _("Mux could not give this file back. Try again later, ask Mux, or upload it again.")
        )


def _note_master(asset: Any, asked: Mapping[str, Any] | None) -> None:
    with transaction.atomic():
        remember(asset, {"mux": {**remembered(asset, "mux"), "master": asked}})


def _downloaded(url: str, target: Path, tick: Callable[[], None]) -> Path:
    try:
        with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=True) as answer:
            answer.raise_for_status()
            with target.open("wb") as file:
                for piece in answer.iter_bytes(PIECE):
                    file.write(piece)
                    tick()
    except httpx.HTTPError as error:
        raise Later(LOOK_AGAIN) from error
    return target
