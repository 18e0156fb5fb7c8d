"""No log line carries a token."""

import logging

from django.test import RequestFactory

from config.logs import _formatter
from core.playback.masking import masked

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
