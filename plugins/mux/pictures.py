"""Brings poster and preview home, so that cards and players show them through our own gate.

Addresses, audiences and the WebVTT of a storyboard: docs.mux.com, "Get images from a video",
"Create timeline hover previews" and "Secure video playback".
"""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import structlog

from core.contract.errors import Later
from core.contract.providers import VideoWork

from .account import Account
from .asking import LOOK_AGAIN, ask, page_of
from .signing import Kind

log = structlog.get_logger(__name__)

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
    address = f"{account.image_url}/{playback}/{name}"
    answer = ask(account, address, playback, kind, page=page_of(work.site_id), **query)
    if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise Later(LOOK_AGAIN)
    if not answer.is_success or len(answer.content) > LARGEST:
        log.warning("mux_picture_refused", asset=work.asset_id, name=name, code=answer.status_code)
        return b""
    return answer.content


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
