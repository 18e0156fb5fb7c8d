"""Public pages from Redis: rendered once a minute, whoever asks, and dropped when they change.

Only an answer that says ``Cache-Control: public`` with an ``s-maxage`` is kept, and only from a
request without a session; everything that answers a session is sent ``private``.
"""

from __future__ import annotations

import gzip
import hashlib
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import cast

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import split_domain_port
from django.utils.cache import get_max_age, patch_cache_control, patch_vary_headers

log = structlog.get_logger(__name__)

LARGEST_BYTES = 512 * 1024
MAY_VARY = {"cookie", "accept-encoding"}  # whatever else a page varies by, it is not kept
ALL = "*"  # the version that every host shares
GET, HEAD = "GET", "HEAD"


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer as it was sent, plain and compressed, under the versions of its moment."""

    versions: tuple[bytes | None, ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes
    etag: str


class PageCache:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return _private(self.get_response(request))
        if request.method not in {GET, HEAD} or request.META.get("QUERY_STRING"):
            return self.get_response(request)
        key = _key(request)
        kept, versions = _look(key, _host(request))
        if kept is not None:
            return _answer(kept, request)
        response = self.get_response(request)
        if versions is not None and (seconds := _seconds(request, response)):
            return _keep(key, versions, response, seconds, request)
        return response


# --- what may be kept ---------------------------------------------------------------------


def _seconds(request: HttpRequest, response: HttpResponseBase) -> int:
    """Return for how long an answer may be kept; 0 for whatever is not plainly public."""
    control = _words(response.get("Cache-Control", ""))
    is_open = "public" in control and not control & {"private", "no-store", "no-cache"}
    is_plain = isinstance(response, HttpResponse) and not response.streaming
    if not (is_open and is_plain and response.status_code == 200) or response.cookies:  # noqa: PLR2004
        return 0
    if request.method != GET or request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        return 0
    if _words(response.get("Vary", "")) - MAY_VARY or response.has_header("Content-Encoding"):
        return 0
    shared = next((word for word in control if word.startswith("s-maxage=")), "")
    return int(shared.partition("=")[2] or get_max_age(response) or 0)


def _words(header: str) -> set[str]:
    return {word.strip().lower() for word in header.split(",") if word.strip()}


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """See that no shared cache keeps what a session was answered, unless it is public anyway."""
    control = _words(response.get("Cache-Control", ""))
    if not control & {"private", "no-store", "public", "immutable"}:
        patch_cache_control(response, private=True, no_store=True)
    return response


# --- keeping and answering ----------------------------------------------------------------


def _keep(
    key: str,
    versions: tuple[bytes | None, ...],
    response: HttpResponseBase,
    seconds: int,
    request: HttpRequest,
) -> HttpResponseBase:
    assert isinstance(response, HttpResponse)  # noqa: S101 - `_seconds` has seen to it
    if len(response.content) > LARGEST_BYTES:
        return response
    patch_vary_headers(response, ["Accept-Encoding"])
    body = response.content
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = tuple((name, value) for name, value in response.items() if name != "Content-Length")
    kept = Kept(versions, headers, body, gzip.compress(body, 6, mtime=0), etag)
    try:
        _client().set(key, pickle.dumps(kept, protocol=5), ex=seconds)
    except redis.RedisError as error:
        log.warning("page_not_kept", error=str(error))
    return _answer(kept, request)


def _answer(kept: Kept, request: HttpRequest) -> HttpResponse:
    if kept.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        response = HttpResponse(status=304)
        body = b""
    else:
        is_packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        body = kept.packed if is_packed else kept.body
        response = HttpResponse(body if request.method == GET else b"")
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(body))
    for name, value in kept.headers:
        response.headers[name] = value
    response.headers["ETag"] = kept.etag
    return response


def _look(key: str, host: str) -> tuple[Kept | None, tuple[bytes | None, ...] | None]:
    """Return what is kept, if it is still true, and the versions of this moment; one trip."""
    try:
        found, *versions = cast(
            "list[bytes | None]",
            _client().mget(key, _version_key(host), _version_key(ALL)),
        )
    except redis.RedisError as error:
        log.warning("page_cache_away", error=str(error))
        return None, None
    now = tuple(versions)
    # Our own bytes from our own Redis: whoever writes there holds the sessions already.
    kept = pickle.loads(found) if found else None  # noqa: S301
    return (kept if kept is not None and kept.versions == now else None), now


# --- names --------------------------------------------------------------------------------


def forget(*hosts: str) -> None:
    """Drop every kept page of these hosts; of all hosts where none is named."""
    try:
        pipeline = _client().pipeline()
        for host in hosts or (ALL,):
            pipeline.incr(_version_key(host))
        pipeline.execute()
    except redis.RedisError as error:  # what is kept is gone within its minute anyway
        log.warning("page_cache_not_told", error=str(error))


def _prefix() -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:page"


def _version_key(host: str) -> str:
    return f"{_prefix()}:version:{host}"


def _key(request: HttpRequest) -> str:
    whole = f"{request.scheme}://{request.META.get('HTTP_HOST', '')}{request.get_full_path()}"
    return f"{_prefix()}:{hashlib.blake2b(whole.encode(), digest_size=20).hexdigest()}"


def _host(request: HttpRequest) -> str:
    return split_domain_port(request.META.get("HTTP_HOST", "").lower())[0]


def _client() -> redis.Redis:
    return _client_of(settings.REDIS_URL)


@cache
def _client_of(address: str) -> redis.Redis:
    return redis.Redis.from_url(address, socket_timeout=0.5, socket_connect_timeout=0.5, protocol=2)
