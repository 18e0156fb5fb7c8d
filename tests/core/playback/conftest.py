"""The thin door, asked as a server would ask it, and a film that a member may see."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.wsgi import application
from core.playback import entitlement, pictures, queries
from core.playback.tokens import Claims, write_token


@pytest.fixture(autouse=True)
def _forgetful(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "pictures"
    for room in (entitlement, queries, pictures):
        room.forget()


@pytest.fixture
def door() -> Callable[..., SimpleNamespace]:
    """Call the web process's application; connections stay open for the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield ask
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(
    path: str, method: str = "GET", host: str = "localhost", body: bytes = b"", **headers: str
) -> SimpleNamespace:
    raw, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote_to_bytes(raw.encode()).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": BytesIO(),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    answer = SimpleNamespace(status=0, headers={}, body=b"")

    def start(status: str, fields: list[tuple[str, str]], _exc: object = None) -> None:
        answer.status, answer.headers = int(status[:3]), dict(fields)

    chunks = application(environ, start)
    answer.body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return answer


@pytest.fixture
def claims(film, lesson, member, site, show_on, restrict) -> Claims:
    """What lets a member watch a film on a lesson that is for members."""
    show_on(film, lesson)
    restrict(lesson, "login")
    now = int(time.time())
    seal = entitlement.seal_of(member)
    return Claims(member.pk, site.pk, film.pk, lesson.pk, now + 300, now, seal=seal)


@pytest.fixture
def watch(door, claims, film) -> Callable[..., SimpleNamespace]:
    """Ask the gate for a file of the film, with the member's own token."""

    def do(name: str, method: str = "GET", **more: Any) -> SimpleNamespace:
        return door(f"/p/{write_token(claims)}/{film.pk}/{name}", method, **more)

    return do
