"""Sends a file to a resumable address: chunks by PUT, and 308 says how much has arrived.

The protocol is that of Google Cloud Storage's resumable uploads, which Mux's direct uploads speak.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import httpx

from core.contract.errors import Later

CHUNK = 32 * 2**20  # bytes; whole multiples of 256 KiB
PIECE = 2**18  # bytes between two signs of life
TIMEOUT = httpx.Timeout(10.0)
MORE = 308
AGAIN_AFTER = 10.0
ARRIVED = re.compile(r"bytes=0-(\d+)")


class Gone(Exception):
    """The address takes nothing any more: it is too old, or was used."""


def send(url: str, source: Path, sent: Callable[[int], None]) -> None:
    """Send what has not arrived yet; ``sent`` is called with the bytes that left so far.

    Raises ``Gone``, or ``Later`` where the line or the other side fails: call again.
    """
    size = source.stat().st_size
    try:
        with httpx.Client(timeout=TIMEOUT) as client, source.open("rb") as file:
            arrived = _put(client, url, f"bytes */{size}", b"", size)
            while arrived < size:
                end = min(arrived + CHUNK, size)
                span = f"bytes {arrived}-{end - 1}/{size}"
                arrived = _put(client, url, span, _pieces(file, arrived, end, sent), size)
    except httpx.TransportError as error:
        raise Later(AGAIN_AFTER) from error


def _put(
    client: httpx.Client, url: str, span: str, body: bytes | Iterator[bytes], size: int
) -> int:
    length = 0 if isinstance(body, bytes) else _length(span)
    headers = {"Content-Range": span, "Content-Length": str(length)}
    answer = client.put(url, content=body, headers=headers)
    if answer.status_code == MORE:
        found = ARRIVED.fullmatch(answer.headers.get("Range", ""))
        return int(found[1]) + 1 if found else 0
    if answer.is_success:
        return size
    if answer.is_client_error and answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
        raise Gone(f"{answer.status_code}")
    raise Later(AGAIN_AFTER)


def _length(span: str) -> int:
    first, last = re.findall(r"\d+", span)[:2]
    return int(last) - int(first) + 1


def _pieces(file: BinaryIO, start: int, end: int, sent: Callable[[int], None]) -> Iterator[bytes]:
    file.seek(start)
    while start < end:
        piece = file.read(min(PIECE, end - start))
        yield piece
        start += len(piece)
        sent(start)
