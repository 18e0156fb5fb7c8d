"""Pages: queries and CPU a request, signed in from Postgres and anonymous from the cache."""

from __future__ import annotations

import itertools

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.waiting import until_it_answers

from . import load, seed
from .copy import Copy
from .figures import Figure

ASKED = 300
ANONYMOUS = 3000
SEARCHED = 30  # a member may search so often a minute, twice


def run(copy: Copy) -> list[Figure]:
    copy.start_web()
    until_it_answers(f"{copy.url}/healthz")
    figures: list[Figure] = []
    for name, path in addresses().items():
        figures += [_queries(name, path), _signed_in(copy, name, path)]
    figures.append(_anonymous(copy))
    copy.stop_web()
    return figures


def addresses() -> dict[str, str]:
    """Return the pages that are measured, by name."""
    from pages.models import Lesson, Program

    def address(page) -> str:
        return page.get_url_parts()[2]

    middle = Lesson.objects.count() // 3
    lesson = Lesson.objects.order_by("path")[middle]
    return {
        "dashboard": "/dashboard/",
        "program": address(Program.objects.first()),
        "module": address(lesson.get_parent()),
        "lesson": address(lesson),
        "search": "/search/?q=breath",
    }


def _queries(name: str, path: str) -> Figure:
    client = Client(HTTP_HOST="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = seed.session_of()
    for _warm in range(2):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return Figure(f"{name}: queries", len(captured), "", most=12)


def _signed_in(copy: Copy, name: str, path: str) -> Figure:
    cookie = f"{settings.SESSION_COOKIE_NAME}={seed.session_of()}"
    asked = load.request("GET", path, Cookie=cookie)
    spent = _milliseconds(copy, asked, ASKED if name != "search" else SEARCHED)
    return Figure(f"{name}: CPU a request, signed in", spent, "ms", most=8)


def _anonymous(copy: Copy) -> Figure:
    spent = _milliseconds(copy, load.request("GET", "/"), ANONYMOUS)
    return Figure("home: CPU a request, anonymous", spent, "ms", most=0.8)


def _milliseconds(copy: Copy, asked: bytes, count: int) -> float:
    """Return the web process's CPU a request, warm; one request at a time and a core."""
    load.run(copy.port, itertools.repeat(asked, max(count // 10, 10)), lines=2)
    before = copy.app_seconds()
    outcome = load.run(copy.port, itertools.repeat(asked, count), lines=2)
    assert set(outcome.statuses) == {200}, outcome.statuses
    return (copy.app_seconds() - before) * 1000 / count
