"""Heartbeats: their rate beside a bare view's, their CPU, and that none is lost by a kill."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator

from django.db import connection
from django.utils.timezone import now

from tests.waiting import until_it_answers

from . import cpu, load
from .copy import Copy
from .figures import Figure

BEATS, BARE = 12_000, 12_000
VIEWERS = 600
LINES = 32
SECONDS = """
SELECT member_id, array_agg(second) FROM core_watch, unnest(watched) AS r,
       generate_series(lower(r), upper(r) - 1) AS second GROUP BY 1
"""


def run(copy: Copy) -> list[Figure]:
    tokens = _tokens()
    bare = _bare_rate(copy)
    copy.start_web()
    until_it_answers(f"{copy.url}/healthz")
    load.run(copy.port, itertools.islice(_beats(tokens), 1500), lines=LINES)  # warm
    app, database = copy.app_seconds(), copy.database_seconds()
    outcome = load.run(copy.port, itertools.islice(_beats(tokens), BEATS), lines=LINES)
    app, database = copy.app_seconds() - app, copy.database_seconds() - database
    assert outcome.statuses == {204: BEATS}, outcome.statuses
    each = 1000 / BEATS
    figures = [
        Figure("heartbeats", outcome.rate, "/s", least=3000, note=f"{LINES} lines, load included"),
        Figure("a bare Django view, same run", bare, "/s"),
        Figure("heartbeats / bare view", outcome.rate / bare, "×"),
        Figure("heartbeat: CPU app + database", (app + database) * each, "ms", most=0.4),
        Figure("heartbeat: CPU app", app * each, "ms"),
        Figure("heartbeat: CPU database", database * each, "ms"),
        Figure("heartbeats a core could take", 1000 / ((app + database) * each), "/s"),
        _lost_by_a_kill(copy, tokens),
    ]
    copy.stop_web()
    return figures


def _bare_rate(copy: Copy) -> float:
    copy.start_web("tests.bench.bare:application")
    until_it_answers(f"{copy.url}/beat")
    body = b'{"ranges": [[0, 15]], "position": 15, "at": 1}'
    asked = itertools.repeat(load.request("POST", "/beat", body))
    load.run(copy.port, itertools.islice(asked, 1000), lines=LINES)
    rate = load.run(copy.port, itertools.islice(asked, BARE), lines=LINES).rate
    copy.stop_web()
    return rate


def _beats(tokens: list[str]) -> Iterator[bytes]:
    """Return what players say: the next 15 s of a film, each viewer at an own place."""
    dice = random.Random(7)
    for number in itertools.count():
        start = dice.randrange(0, 3500)
        said = {
            "ranges": [[start, start + 15.2]],
            "position": start + 15.2,
            "at": int(time.time() * 1000),
        }
        path = f"/beat/{tokens[number % len(tokens)]}"
        yield load.request("POST", path, json.dumps(said).encode(), Content_Type="text/plain")


def _tokens() -> list[str]:
    """Make viewers of one long film; return their playback tokens."""
    from wagtail.models import Site

    from core.media.models import Asset
    from core.members.models import Member
    from core.playback.tokens import Claims, write_token
    from pages.models import Lesson

    site = Site.objects.get(is_default_site=True)
    lesson = Lesson.objects.first()
    film, _is_new = Asset.objects.get_or_create(
        site=site, title="A long film", defaults={"duration": 3600.0}
    )
    names = [f"viewer{number}@bench.example" for number in range(VIEWERS)]
    Member.objects.bulk_create([Member(email=name) for name in names], ignore_conflicts=True)
    moment = int(now().timestamp())
    return [
        write_token(Claims(pk, site.pk, film.pk, lesson.pk, moment + 3600, moment))
        for pk in Member.objects.filter(email__in=names).values_list("pk", flat=True)
    ]


def _lost_by_a_kill(copy: Copy, tokens: list[str]) -> Figure:
    """Kill the web process while beats come in; count the answered ones that are not kept."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_watch")
    kept: list[tuple[int, int]] = []  # viewer, second
    marks = ((viewer, second) for second in range(0, 3600, 2) for viewer in range(len(tokens)))

    def asked() -> Iterator[bytes]:
        for viewer, second in marks:
            body = json.dumps({"ranges": [[second, second + 1]], "at": 1, "viewer": viewer})
            yield load.request("POST", f"/beat/{tokens[viewer]}", body.encode())

    def heard(request: bytes, status: int) -> None:
        if status == 204:
            said = json.loads(request.rpartition(b"\r\n\r\n")[2])
            kept.append((said["viewer"], said["ranges"][0][0]))

    killer = threading.Timer(1.5, _kill, [copy])
    killer.start()
    load.run(copy.port, asked(), lines=LINES, on_answer=heard)
    killer.join()
    return Figure(
        "heartbeats lost by kill -9, of those answered",
        float(_missing(kept, tokens)),
        f"of {len(kept):,}",
        most=0,
    )


def _kill(copy: Copy) -> None:
    pid = copy.web.process.pid
    for each in [pid, *cpu.descendants(pid)]:
        os.kill(each, signal.SIGKILL)


def _missing(kept: list[tuple[int, int]], tokens: list[str]) -> int:
    from core.playback.tokens import read_token

    members = [read_token(token).member_id for token in tokens]
    with connection.cursor() as cursor:
        cursor.execute(SECONDS)
        there = {member: set(seconds) for member, seconds in cursor.fetchall()}
    return sum(second not in there.get(members[viewer], ()) for viewer, second in kept)
