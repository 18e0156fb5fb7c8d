"""Signing in and joining: whose tries are counted."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pages.foundation import found_site

PROXY, HONEST, OTHER = "10.0.0.2", "203.0.113.9", "203.0.113.10"


@pytest.fixture
def joins(db, settings):
    """Try to join through one proxy, as it tells who asked; return the status."""
    found_site()
    settings.TRUSTED_PROXIES = 1
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}

    def join(forwarded: str) -> int:
        asker = Client(REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=forwarded)
        return asker.post(reverse("account_signup"), {"email": "nobody"}).status_code

    return join


def test_forged_header_buys_nobody_more_tries(joins):
    answers = [joins(f"198.51.100.{n}, {HONEST}") for n in range(3)]
    assert answers == [200, 200, 429]


def test_people_behind_one_proxy_do_not_share_their_tries(joins):
    assert [joins(HONEST) for _ in range(3)] == [200, 200, 429]
    assert joins(OTHER) == 200


def test_nobody_is_believed_where_strangers_reach_the_process(joins, settings):
    settings.TRUSTED_PROXIES = 0
    assert [joins(f"198.51.100.{n}") for n in range(3)] == [200, 200, 429]
