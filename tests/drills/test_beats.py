"""Heartbeats over HTTP, and the web process killed among them: what was answered is kept."""

from __future__ import annotations

import json
import os
import signal
import threading
import time

from django.db import connection
from wagtail.models import Site

from core.media.models import Asset
from core.members.models import Member
from core.playback.tokens import Claims, write_token
from core.progress.models import Watch
from tests.bench import cpu, load
from tests.drills.web import web_process

VIEWERS = 40
ENOUGH = 400  # answers before the kill


def test_a_killed_web_process_has_kept_every_beat_it_answered(tmp_path, django_db_blocker):
    with web_process(tmp_path, django_db_blocker) as web:
        site = Site.objects.get(is_default_site=True)
        film = Asset.objects.create(site=site, title="Film", duration=3600)
        people = [Member.objects.create_user(f"m{n}@lectern.example").pk for n in range(VIEWERS)]
        answered = beats_until_killed(web, people, film, site)
        kept = {row.member_id: seconds_of(row) for row in Watch.objects.all()}
        assert len(answered) >= ENOUGH
        assert [each for each in answered if each[1] not in kept[each[0]]] == []
        connection.close()


def beats_until_killed(web, people, film, site):
    """Say a second of each viewer after the other; return what was answered before the end."""
    now, answered, enough = int(time.time()), [], threading.Event()
    tokens = [write_token(Claims(pk, site.pk, film.pk, None, now + 300, now)) for pk in people]
    marks = {}

    def asked():
        for second in range(0, 3600, 2):
            for member, token in zip(people, tokens, strict=True):
                said = {"ranges": [[second, second + 1]], "at": 1}
                request = load.request("POST", f"/beat/{token}", json.dumps(said).encode())
                marks[request] = member, second
                yield request

    def heard(request, status):
        if status == 204:
            answered.append(marks[request])
        if len(answered) == ENOUGH:
            enough.set()

    def kill():
        assert enough.wait(60)
        pid = web.child("web").process.pid
        for each in [pid, *cpu.descendants(pid)]:
            os.kill(each, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    load.run(web.port, asked(), lines=16, on_answer=heard)
    killer.join()
    return answered


def seconds_of(row):
    return {second for r in row.watched for second in range(r.lower, r.upper)}
