"""A player stops with the sign-in it was granted under, wherever its page lies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.playback import entitlement
from core.playback.entitlement import entitled, is_sealed_by, seal_of
from core.playback.services import grant, renew
from core.playback.tokens import read_token, write_token


def other_password(member):
    member.set_password("an0ther-one")
    member.save()


def deactivated(member):
    member.is_active = False
    member.save()


ENDS = pytest.mark.parametrize("end", [other_password, deactivated])


@pytest.fixture
def public(film, lesson, show_on):
    """A film that anybody may see: even there, a chain ends with its member's sign-in."""
    return show_on(film, lesson)


@pytest.fixture
def granted(public, lesson, member, site):
    return grant(member=member, asset=public, site=site, page=lesson)


@ENDS
def test_no_player_is_renewed_after_the_sign_in_ended(granted, member, end):
    renewed = renew(granted.token)
    assert renewed.source is not None
    end(member)
    for token in (granted.token, renewed.token):
        assert renew(token).source is None


@ENDS
def test_no_byte_is_given_within_seconds_after_the_sign_in_ended(
    granted, public, member, end, door, monkeypatch, settings
):
    segment = f"{granted.base_url}360p/segment-00001.m4s"
    now = 1000.0
    monkeypatch.setattr(entitlement._decisions, "_clock", lambda: now)
    assert door(segment).status == 200
    end(member)
    now += 14.9
    assert door(segment).status == 403
    assert door(f"/p/{granted.token}/renew", "POST").status == 403


def test_a_new_sign_in_plays_while_the_former_token_does_not(
    granted, public, lesson, member, site, door
):
    other_password(member)
    after = grant(member=member, asset=public, site=site, page=lesson)
    assert door(after.source.url).status == 200  # what is remembered is remembered by seal
    assert door(granted.source.url).status == 403


def test_asking_for_the_seal_costs_no_query(claims, member, django_assert_max_num_queries):
    with django_assert_max_num_queries(8) as asked:
        assert entitled(claims)
    assert sum('FROM "members_member"' in query["sql"] for query in asked.captured_queries) == 1


def test_a_seal_is_of_one_member_and_says_nothing(member, boss, claims):
    seal = seal_of(member)
    assert len(seal) == 16
    assert seal not in member.get_session_auth_hash()
    assert seal != seal_of(boss)
    assert not is_sealed_by(member, replace(claims, seal=""))
    assert not is_sealed_by(member, replace(claims, seal="é" * 16))


def test_a_new_secret_key_ends_no_players_chain(settings, claims, member):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new one"
    assert is_sealed_by(member, claims)
    assert read_token(write_token(claims)).seal != seal_of(member)


def test_a_stranger_has_no_seal(public, site, lesson):
    token = grant(member=None, asset=public, site=site, page=lesson).token
    assert read_token(token).seal == ""
    assert renew(token).source is not None


def test_a_private_feeds_token_rests_on_its_key_and_not_on_a_sign_in(claims, member):
    enclosure = replace(claims, use="enclosure", key_id=7, seal="")
    assert is_sealed_by(member, enclosure)
    assert not entitled(enclosure)  # there is no such key
