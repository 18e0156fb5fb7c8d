"""Mutated playback tokens through the whole web process: none is accepted, none breaks it."""

from __future__ import annotations

import collections
import time
from urllib.parse import quote

import pytest
from wagtail.models import Site

from core.members.models import Member
from core.playback.entitlement import seal_of
from core.playback.tokens import Claims, write_token
from pages.models import Lesson
from tests.core.conftest import make_film
from tests.drills.mutations import KINDS, mutations
from tests.drills.web import Asker, web_process

FILES = ["master.m3u8", "360p/segment-00001.m4s", "poster.jpg", "download", "renew"]


def attack(ask, token, asset, count):
    """Ask for the film's files with ``count`` wrong tokens; return what was answered."""
    seen = collections.Counter()
    for number, (kind, wrong) in enumerate(mutations(token, count)):
        name = FILES[number % len(FILES)]
        way, method = ("renew", "POST") if name == "renew" else (f"{asset.pk}/{name}", "GET")
        answer = ask(f"/p/{quote(wrong, safe='')}/{way}", method)
        seen[answer.status] += 1
        assert answer.status == 403, (kind, wrong)
        assert answer.body == b"Forbidden", (kind, wrong)
        assert answer.headers["Cache-Control"] == "no-store"
    return seen


def test_no_mutated_token_opens_the_gate(claims, door, film):
    token = write_token(claims)
    assert door(f"/p/{token}/{film.pk}/360p/segment-00001.m4s").status == 200
    assert attack(door, token, film, 1_000) == {403: 1_000}


@pytest.mark.drill
def test_ten_thousand_mutated_tokens_over_http(tmp_path, django_db_blocker, capsys):
    with web_process(tmp_path, django_db_blocker) as web:
        site = Site.objects.get(is_default_site=True)
        film = make_film(site, tmp_path / "made")
        lesson = site.root_page.add_child(instance=Lesson(title="A", slug="a", video=film))
        member = Member.objects.create_user("member@lectern.example")
        now = int(time.time())
        who = (member.pk, site.pk, film.pk, lesson.pk)
        token = write_token(Claims(*who, now + 3000, now, seal=seal_of(member)))
        asker = Asker(web.port)
        assert asker.ask(f"/p/{token}/{film.pk}/360p/segment-00001.m4s").status == 200
        started = time.perf_counter()
        seen = attack(asker.ask, token, film, 10_000)
        rate = 10_000 / (time.perf_counter() - started)
        asker.close()
    with capsys.disabled():
        print(f"\n10,000 tokens wrong in {len(KINDS)} ways: {seen[200]} accepted, "
              f"{sum(n for status, n in seen.items() if status >= 500)} broke it, "
              f"{seen[403]} refused ({rate:,.0f} a second)")  # fmt: skip
