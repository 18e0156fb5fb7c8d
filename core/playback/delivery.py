"""Answers made of stored bytes: whole or by ranges, or handed to the proxy in front."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from core.contract.providers import ObjectStat

from .ranges import Span, Unsatisfiable, is_unchanged, span_of

TYPES: Mapping[str, str] = {
    "m3u8": "application/vnd.apple.mpegurl",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "ts": "video/mp2t",
    "aac": "audio/aac",
    "mp3": "audio/mpeg",
    "vtt": "text/vtt; charset=utf-8",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "png": "image/png",
}
AT_ONCE = 4 << 20  # up to here a file is read and sent in one piece
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Robots-Tag": "noindex",
}


class Readable(Protocol):
    """What can be delivered from: every storage provider is one."""

    def local_path(self, key: str) -> Path | None: ...

    def stat(self, key: str) -> ObjectStat | None: ...

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]: ...


def refused(status: int = 403) -> HttpResponseBase:
    """Say no, and nothing else."""
    words = {403: "Forbidden", 404: "Not found", 405: "Method not allowed"}
    response = HttpResponse(words[status], status=status, content_type="text/plain")
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own
    return dressed(response, "no-store")


def dressed(
    response: HttpResponseBase, cache_control: str, extra: Mapping[str, str] | None = None
) -> HttpResponseBase:
    """Put on the headers every answer of the gate wears."""
    for name, value in {**ALWAYS, "Cache-Control": cache_control, **(extra or {})}.items():
        response.headers[name] = value
    return response


def attachment(name: str) -> str:
    """Return a Content-Disposition with a user's file name, without what steers or climbs."""
    kept = "".join(letter for letter in name if letter.isprintable())
    safe = kept.replace("/", "-").replace("\\", "-").strip(" .") or "download"
    return content_disposition_header(as_attachment=True, filename=safe) or "attachment"


def deliver(
    request: HttpRequest,
    provider: Readable,
    key: str,
    *,
    content_type: str,
    cache_control: str,
    inside: str = "/_objects/",
    extra: Mapping[str, str] | None = None,
) -> HttpResponseBase:
    """Answer with a stored file, by a range where one is asked for.

    ``inside`` is where the proxy in front, if it hands out files, keeps this place for itself.
    """
    path = provider.local_path(key)
    if path is not None and (handed := _handed_on(inside + key, path)):
        handed.headers["Content-Type"] = content_type
        return dressed(handed, cache_control, extra)
    stat = provider.stat(key)
    if stat is None:
        return refused(404)
    response = _answer(request, provider, key, stat)
    if response.status_code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        response.headers["Content-Type"] = content_type
    return dressed(response, cache_control, extra)


def _handed_on(address: str, path: Path) -> HttpResponse | None:
    """Leave the bytes, ranges and conditions to the proxy in front, where there is one."""
    way = getattr(settings, "ACCEL_REDIRECT", "")
    if way == "x-accel":
        return HttpResponse(headers={"X-Accel-Redirect": quote(address)})
    if way == "x-sendfile":
        return HttpResponse(headers={"X-Sendfile": str(path)})
    return None


def _answer(
    request: HttpRequest, provider: Readable, key: str, stat: ObjectStat
) -> HttpResponseBase:
    etag = f'"{stat.etag}"'
    if is_unchanged(request.headers, etag):
        return HttpResponse(status=304, headers={"ETag": etag})
    try:
        span = span_of(request.headers, size=stat.size, etag=etag)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stat.size}"})
    wanted = span or Span(0, stat.size)
    response = _body(request, provider, key, wanted)
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Length"] = str(wanted.size)
    if span:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{stat.size}"
    return response


def _body(request: HttpRequest, provider: Readable, key: str, span: Span) -> HttpResponseBase:
    if request.method == "HEAD" or span.size == 0:
        return HttpResponse()
    chunks: Iterator[bytes] = provider.open(key, start=span.start, end=span.end)
    if span.size <= AT_ONCE:
        return HttpResponse(b"".join(chunks))
    return StreamingHttpResponse(chunks)
