"""The thin doors: their own handler, few middlewares, no session."""

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.urls import resolve

from config.wsgi import application, build

DOORS = ["/p/token/asset/master.m3u8", "/beat/token", "/uploads/", "/pictures/x.png", "/healthz"]


def answer(path, app=application):
    seen = {}

    def start(status, headers, *_):
        seen.update(status=int(status.split()[0]), headers=dict(headers))

    response = app(RequestFactory().get(path).environ, start)
    b"".join(response)
    return seen


def test_doors_are_answered_without_the_pages_middleware(db):
    headers = answer("/p/not-a-token/x/master.m3u8")["headers"]
    assert "X-Request-ID" in headers
    assert "Content-Security-Policy" not in headers or "Set-Cookie" not in headers


def test_every_door_resolves_in_both_tables():
    for path in DOORS:
        assert resolve(path, settings.DOOR_URLCONF).func == resolve(path).func
        assert path.startswith(settings.DOOR_PREFIXES)


def test_the_door_takes_its_own_middleware_and_leaves_the_pages_theirs():
    before = list(settings.MIDDLEWARE)
    build()
    assert list(settings.MIDDLEWARE) == before
    assert len(settings.DOOR_MIDDLEWARE) <= 3
    assert WSGIHandler().resolve_request is not None


def test_a_request_id_is_made_or_taken_from_a_proxy(client, db):
    assert client.get("/healthz", headers={"x-request-id": "abcdef-123"})["X-Request-ID"] == (
        "abcdef-123"
    )
    made = client.get("/healthz", headers={"x-request-id": "no spaces allowed\n"})["X-Request-ID"]
    assert len(made) == 32
