"""Heartbeats over HTTP: the token is the proof, the answer comes after the commit."""

import io
import json
import time
import uuid

import pytest
from django.db import connection
from django.test import Client

from core.playback.tokens import Claims, write_token
from core.progress.door_views import application
from core.progress.models import Completion, Watch

NOW = 1_800_000_000.0


@pytest.fixture
def token_for(member, asset, lesson, site):
    def token_for(expires_in: float = 300, **over) -> str:
        now = int(time.time())
        fields = {
            "member_id": member.pk,
            "site_id": site.pk,
            "asset_id": asset.pk,
            "page_id": lesson.pk,
            "expires_at": int(now + expires_in),
            "began_at": now,
        }
        return write_token(Claims(**{**fields, **over}))

    return token_for


@pytest.fixture
def beat():
    client = Client(enforce_csrf_checks=True)

    def beat(token: str, body=None, content_type="application/json"):
        said = body or json.dumps({"ranges": [[0, 95]], "position": 95, "at": NOW * 1000})
        return client.post(f"/beat/{token}", said, content_type=content_type)

    return beat


def test_a_beat_is_kept_and_completes(beat, token_for, member, lesson):
    answer = beat(token_for())
    assert (answer.status_code, answer.content) == (204, b"")
    row = Watch.objects.get()
    assert (row.member_id, row.seconds, row.position, row.page_id) == (
        member.pk,
        95,
        95,
        lesson.pk,
    )
    assert Completion.objects.get().page_id == lesson.pk


def test_a_beacons_plain_text_is_taken(beat, token_for):
    assert beat(token_for(), content_type="text/plain;charset=UTF-8").status_code == 204
    assert Watch.objects.get().seconds == 95


def test_a_beat_asks_no_session_and_one_statement(beat, token_for, django_assert_num_queries):
    token = token_for()
    beat(token, '{"ranges": [], "at": 1}')
    with django_assert_num_queries(1):
        assert beat(token, '{"ranges": [[0, 5]], "at": 2}').status_code == 204


def test_a_late_beat_is_taken_for_hours_and_not_for_ever(beat, token_for):
    assert beat(token_for(expires_in=-3600)).status_code == 204
    assert beat(token_for(expires_in=-13 * 3600)).status_code == 403


@pytest.mark.parametrize("spoil", [str.swapcase, lambda t: t[:-1], lambda t: t + "A", len])
def test_a_spoilt_token_writes_nothing(beat, token_for, spoil):
    assert beat(str(spoil(token_for()))).status_code == 403
    assert not Watch.objects.exists()


def test_a_posters_token_is_no_players(beat, token_for):
    assert beat(token_for(use="poster")).status_code == 403


def test_of_a_stranger_nothing_is_kept(beat, token_for):
    assert beat(token_for(member_id=None)).status_code == 204
    assert not Watch.objects.exists()


def test_a_token_writes_for_its_own_member_only(beat, token_for, other):
    said = {"ranges": [[0, 9]], "at": 1, "member": other.pk, "member_id": other.pk}
    beat(token_for(), json.dumps(said))
    assert not Watch.objects.filter(member=other).exists()


def test_nonsense_is_answered_in_words(beat, token_for):
    answer = beat(token_for(), '{"ranges": 7, "at": 1}')
    assert answer.status_code == 400
    assert "ranges" in answer.json()["error"]
    assert beat(token_for(), "x" * 9000).status_code == 413
    assert beat(token_for(), "{" + " " * 8191).status_code == 400


def test_an_asset_that_was_deleted_is_gone(beat, token_for, asset, lesson):
    token = token_for()
    lesson.delete()
    asset.delete()
    assert beat(token).status_code == 410


def test_only_posts_are_taken(client, token_for):
    assert client.get(f"/beat/{token_for()}").status_code == 405


def test_a_deep_nest_is_nonsense_too(beat, token_for):
    assert beat(token_for(), "[" * 8000).status_code == 400


def answer_of(environ: dict, body: bytes = b"") -> tuple[str, dict, bytes]:
    """Ask the application that leaves out Django's handler."""
    heard = []
    said = application(
        {"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(body), **environ},
        lambda status, headers: heard.append((status, dict(headers))),
    )
    return *heard[0], b"".join(said)


def test_the_short_way_answers_as_the_view_does(token_for, client):
    body = b'{"ranges": [[0, 95]], "position": 95, "at": 1}'
    path = {"PATH_INFO": f"/beat/{token_for()}", "CONTENT_LENGTH": str(len(body))}
    status, headers, said = answer_of(path, body)
    assert (status, said) == ("204 No Content", b"")
    assert headers["Cache-Control"] == "no-store"
    assert Watch.objects.get().seconds == 95
    assert answer_of({**path, "PATH_INFO": "/beat/x.y.z"}, body)[0] == "403 Forbidden"
    assert answer_of({**path, "CONTENT_LENGTH": "9000"})[0].startswith("413 ")
    assert answer_of({**path, "REQUEST_METHOD": "GET"})[0] == "405 Method Not Allowed"
    status, headers, said = answer_of(path, b"nonsense")
    assert (status, json.loads(said)) == (
        "400 Bad Request",
        {"error": "A heartbeat is a JSON object."},
    )
    assert headers["Content-Type"] == "application/json"


@pytest.mark.django_db(transaction=True)
def test_a_beat_outlives_its_connection():
    now = int(time.time())
    token = write_token(Claims(1, 1, uuid.uuid4(), None, now + 300, now))
    body = b'{"ranges": [[0, 9]], "at": 1}'
    path = {"PATH_INFO": f"/beat/{token}", "CONTENT_LENGTH": str(len(body))}
    assert answer_of(path, body)[0] == "410 Gone"  # the database was asked: no such video
    connection.connection.close()  # as a restarted server leaves it
    assert answer_of(path, body)[0] == "410 Gone"
