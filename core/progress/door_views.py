"""Heartbeats over HTTP: no session, no ORM, one statement each.

The same answer is given in two ways: by a Django view, and by a WSGI application that leaves
out what a beat does not need (middleware, routing, request and response objects).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from core.playback.errors import BadToken
from core.playback.tokens import read_token

from .beats import MAX_BODY, read_beat
from .errors import BadBeat, NothingToWatch
from .services import record

PATH = "/beat/"
# A phone in a tunnel sends its beats when it is out again. The token still proves who watched
# what; it opens no byte any more.
LATE = 12 * 60 * 60  # seconds
TOO_LONG = gettext_lazy("A heartbeat has at most %d bytes.")
HEADERS = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]

Answer = tuple[HTTPStatus, str]  # and why not, in words; "" once the beat is durable


def take(token: str, body: bytes) -> Answer:
    """Take ``{"ranges": …, "position": …, "at": …}`` under a token; 204 once it is durable."""
    try:
        claims = read_token(token, grace=LATE)
        if claims.use != "play":
            raise BadToken
        record(claims, read_beat(body))
    except BadToken:
        return HTTPStatus.FORBIDDEN, _("This player is no longer signed in. Reload the page.")
    except BadBeat as error:
        return HTTPStatus.BAD_REQUEST, str(error)
    except NothingToWatch as error:
        return HTTPStatus.GONE, str(error)
    return HTTPStatus.NO_CONTENT, ""


@csrf_exempt  # the token is the proof, and `sendBeacon` can carry no header
def beat(request: HttpRequest, token: str) -> HttpResponse:
    """Answer one beat; any content type will do."""
    status, why = _answer(request.META, token, request.read)
    return HttpResponse(_said(why), status=status, headers=dict(_headers(status, why)))


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one beat without Django's handler; the thread's connection stays open."""
    token = environ["PATH_INFO"].removeprefix(PATH)
    status, why = _answer(environ, token, environ["wsgi.input"].read)
    said = _said(why)
    headers = [*_headers(status, why), ("Content-Length", str(len(said)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [said]


def _answer(asked: Mapping[str, Any], token: str, read: Callable[[int], bytes]) -> Answer:
    length = asked.get("CONTENT_LENGTH") or ""
    if asked["REQUEST_METHOD"] != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED, _("A heartbeat is posted.")
    if length.isdecimal() and int(length) > MAX_BODY:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LONG % MAX_BODY
    body = read(MAX_BODY + 1)
    try:
        return take(token, body)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()  # the server went away; a union of sets may be told twice
        return take(token, body)


def _headers(status: HTTPStatus, why: str) -> list[tuple[str, str]]:
    headers = [*HEADERS]
    if why:
        headers.append(("Content-Type", "application/json"))
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append(("Allow", "POST"))
    return headers


def _said(why: str) -> bytes:
    return json.dumps({"error": why}).encode() if why else b""
