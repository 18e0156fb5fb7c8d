"""Brings poster and preview home, so that cards and players show them through our own gate.

Addresses, audiences and the WebVTT of a storyboard: docs.mux.com, "Get images from a video",
"Create timeline hover previews" and "Secure video playback".
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx
import structlog
from wagtail.models import Site

from core.contract.errors import Later
from core.contract.providers import VideoWork
from core.notify.channels import base_url

from .account import Account
from .signing import Kind, sign

log = structlog.get_logger(__name__)

LOOK_AGAIN = 20.0  # seconds
VALID = 60  # seconds
TIMEOUT = 10.0
LARGEST = 20 * 2**20  # bytes; a sheet of a hundred pictures has about one
POSTER_WIDTH = "1920"
SHEET = "storyboard.jpg"
JPEG = b"\xff\xd8\xff"
STAMP = r"(?:\d{2,}:)?\d\d:\d\d\.\d{3}"
CUE = re.compile(
    rf"({STAMP}) --> ({STAMP})[^\n]*\n[^\n#]*#xywh=(\d{{1,5}},\d{{1,5}},\d{{1,4}},\d{{1,4}})",
    re.ASCII,
)


def fetch_poster(work: VideoWork, account: Account, playback: str) -> None:
    """Publish the poster; a video that Mux gives none of does without."""
    picture = _fetch(work, account, playback, "thumbnail", "thumbnail.jpg", width=POSTER_WIDTH)
    if picture.startswith(JPEG):
        work.publish_poster(_written(work.folder / "poster.jpg", picture))


def fetch_storyboard(work: VideoWork, account: Account, playback: str) -> None:
    """Publish the preview's one sheet and its cues, each at its place on our sheet.

    Mux's own WebVTT names the sheet with its token, which is dead in a minute.
    """
    words = _fetch(work, account, playback, "storyboard", "storyboard.vtt").decode(
        "utf-8", "replace"
    )
    sheet = _fetch(work, account, playback, "storyboard", SHEET)
    cues = CUE.findall(words.replace("\r\n", "\n"))
    if not cues or not sheet.startswith(JPEG):
        return
    folder = work.folder / "storyboard"
    folder.mkdir()
    _written(folder / SHEET, sheet)
    blocks = [f"{start} --> {end}\n{SHEET}#xywh={place}\n" for start, end, place in cues]
    (folder / "storyboard.vtt").write_text("\n".join(["WEBVTT\n", *blocks]))
    work.publish_storyboard(folder)


def _fetch(
    work: VideoWork, account: Account, playback: str, kind: Kind, name: str, **query: str
) -> bytes:
    """Return a picture or its words; b"" where Mux has none, or refuses it."""
    token = sign(account, playback, kind, expires_at=time.time() + VALID, **query)
    try:
        answer = httpx.get(
            f"{account.image_url}/{playback}/{name}",
            params={"token": token},
            headers={"Referer": f"{page_of(work.site_id)}/"},
            timeout=TIMEOUT,
        )
    except httpx.TransportError as error:
        raise Later(LOOK_AGAIN) from error
    if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise Later(LOOK_AGAIN)
    if not answer.is_success or len(answer.content) > LARGEST:
        log.warning("mux_picture_refused", asset=work.asset_id, name=name, code=answer.status_code)
        return b""
    return answer.content


def page_of(site_id: int) -> str:
    """Name the site we ask for: a playback restriction counts by the page a picture is on."""
    return base_url(Site.objects.get(pk=site_id))


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
