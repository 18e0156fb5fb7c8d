"""No log line carries a token."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver

from config.environment import ROOT
from config.logs import _formatter
from core.playback.masking import DOORS, masked

SECRETS = {"token", "key", "code"}  # what the parts of a path are called that open something
RESET = "ctz0pq-5e0b2d6f8a913c47b5d0e1f2a3b4c5d6"
CONFIRM = "MQ:1vPdXk:8Vw3rYp2Zt5nQ7sLxJ0cHb4mKd6fGa9e"
TOKEN = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjNlNWY5ODNmIn0.eyJhdWQiOiIxIn0.3tRXmLGGDKEHFvu5hBEw"


def test_tokens_are_masked_and_the_rest_is_kept():
    assert masked(f"GET /p/{TOKEN}/6d0b/master.m3u8 200") == "GET /p/…/6d0b/master.m3u8 200"
    assert masked(f"POST /beat/{TOKEN}") == "POST /beat/…"
    feed = "/feeds/podcast/3q2-7wABAgMEBQYHCAkKCw.xml"
    assert masked(f"GET {feed} 200") == "GET /feeds/podcast/… 200"
    calendar = "/feeds/3q2-7wABAgMEBQYHCAkKCw/calendar.ics"
    assert masked(f"GET {calendar} 200") == "GET /feeds/…/calendar.ics 200"
    assert masked(f"POST /notifications/off/{TOKEN} 200") == "POST /notifications/off/… 200"
    assert masked("GET /notifications/read/ 200") == "GET /notifications/read/ 200"
    assert masked("GET /p/ /help/ 200") == "GET /p/ /help/ 200"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/account/password/reset/key/3k-{RESET}/", "/account/password/reset/key/…/"),
        (f"/account/confirm-email/{CONFIRM}/", "/account/confirm-email/…/"),
        (f"/admin/password_reset/confirm/Mg/{RESET}/", "/admin/password_reset/confirm/Mg/…/"),
        (f"/feeds/podcast/{TOKEN}/7/captions/de.vtt", "/feeds/podcast/…/7/captions/de.vtt"),
        ("/account/password/reset/", "/account/password/reset/"),
        ("/admin/password_reset/done/?x=1", "/admin/password_reset/done/?x=1"),
    ],
)
def test_the_web_process_and_nginx_mask_the_same_paths(path, shown):
    assert masked(f"GET {path} 200") == f"GET {shown} 200"
    assert in_nginx(path) == shown.replace("…", "-")


def in_nginx(path: str) -> str:
    """What the map of deploy/nginx.conf makes of a request's address."""
    lines = (ROOT / "deploy" / "nginx.conf").read_text().splitlines()
    [line] = [line for line in lines if "(?<door>" in line]
    assert f"(?:{'|'.join(DOORS)})" in line
    pattern, written = re.findall(r'"~?(.*?)"', line)
    found = re.match(pattern.replace("(?<", "(?P<"), path)
    return found.expand(re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", written)) if found else path


def test_every_address_with_a_secret_in_its_path_has_a_masked_door():
    found = [route for route in routes(get_resolver()) if SECRETS & set(parts(route))]
    assert len(found) > 5
    for route in found:
        path = "/" + filled(route)
        assert RESET not in masked(path), route
        assert RESET not in in_nginx(path), route


def routes(resolver: Any, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern).removeprefix("^")
        yield from routes(one, route) if isinstance(one, URLResolver) else [route]


def parts(route: str) -> list[str]:
    return re.findall(r"(?:\(\?P<|<(?:\w+:)?)(\w+)>", route)


def filled(route: str) -> str:
    """A path with the secret in place of every part that may hold one, and 7 in the others."""

    def value(found: re.Match[str]) -> str:
        return RESET if found[1] in SECRETS else "7"

    text = re.sub(r"\(\?P<(\w+)>(?:[^()[]|\[[^]]*\])*\)", value, route)
    return re.sub(r"<(?:\w+:)?(\w+)>", value, text).removesuffix("$")


def test_a_line_in_the_log_carries_no_token_wherever_it_stands():
    for as_json in (True, False):
        made = _formatter(as_json=as_json)
        formatter = made.pop("()")(**made)
        record = logging.getLogger("django.request").makeRecord(
            "django.request", logging.ERROR, "x", 1, "Broken: %s", (f"/p/{TOKEN}/x",), None,
            extra={"request": RequestFactory().get(f"/p/{TOKEN}/y")},
        )  # fmt: skip
        line = formatter.format(record)
        assert "eyJ" not in line
        assert "Broken" in line
