"""Mutated playback tokens through the whole web process: none is accepted, none breaks it."""

from __future__ import annotations

import collections
from urllib.parse import quote

import pytest

from core.playback.tokens import write_token
from tests.drills.mutations import KINDS, mutations


@pytest.mark.parametrize(
    "count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)], ids=["short", "full"]
)
def test_no_mutated_token_opens_the_gate(count, claims, door, film, capsys):
    files = ["master.m3u8", "360p/segment-00001.m4s", "poster.jpg", "download", "renew"]
    token_of_member = write_token(claims)
    right = door(f"/p/{token_of_member}/{film.pk}/360p/segment-00001.m4s")
    assert right.status == 200
    seen: collections.Counter[int] = collections.Counter()
    for number, (kind, token) in enumerate(mutations(token_of_member, count)):
        name = files[number % len(files)]
        way = "renew" if name == "renew" else f"{film.pk}/{name}"
        method = "POST" if name == "renew" else "GET"
        answer = door(f"/p/{quote(token, safe='')}/{way}", method)
        seen[answer.status] += 1
        assert answer.status in {400, 403, 404, 405}, (kind, token)
        assert answer.headers["Cache-Control"] == "no-store", (kind, token)
        assert len(answer.body) < 30, (kind, token)
    with capsys.disabled():
        print(f"\n{count} mutated tokens of {len(KINDS)} kinds: {dict(seen)}, 0 accepted, 0 5xx")
    assert sum(seen.values()) == count
    assert seen[403] == count
