"""Gives every request an id, logs its outcome, counts it."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase

from config.operating.counters import count

log = structlog.get_logger("lectern.requests")
ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET = ("/static/", "/healthz", "/readyz", "/metrics", "/beat/", "/p/", "/feeds/")


class RequestLog:
    """The id comes from a proxy's ``X-Request-ID`` when it looks like one, else it is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        offered = request.headers.get("X-Request-ID", "")
        request_id = offered if ACCEPTED_ID.fullmatch(offered) else uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            seconds = time.perf_counter() - started
            count(request.path, response.status_code, seconds)
            _report(request, response.status_code, seconds)
        return response


def _report(request: HttpRequest, status: int, seconds: float) -> None:
    # Playback tokens stand in paths: the doors' paths are never written down.
    if request.path.startswith(QUIET) and status < 500:  # noqa: PLR2004 - HTTP's own number
        return
    log.info(
        "request",
        method=request.method,
        path=shown_path(request.path),
        status=status,
        ms=round(seconds * 1000, 1),
    )


def shown_path(path: str) -> str:
    """Return the path without the token that a thin door's path carries."""
    for prefix in ("/p/", "/beat/", "/feeds/", "/notifications/off/"):
        if path.startswith(prefix):
            return prefix + "…"
    return path
