"""Grants, renewals, and the addresses of posters and downloads."""

import time
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.access.services import may
from core.contract import first
from core.contract.errors import VideoError
from core.media.editing.models import Edition
from core.playback import queries, services
from core.playback.services import download_url, grant, poster_url
from core.playback.tokens import read_token
from core.storage.services import store


def test_a_grant_says_where_to_play(film, lesson, member, site, show_on, restrict, door):
    show_on(film, lesson)
    restrict(lesson, "login")
    granted = grant(member=member, asset=film, site=site, page=lesson)
    assert granted.refusal is None
    assert granted.base_url == f"/p/{granted.token}/{film.pk}/"
    assert granted.source.url == f"{granted.base_url}master.m3u8"
    assert granted.source.expires_at == pytest.approx(time.time() + 300, abs=2)
    assert door(granted.source.url).status == 200
    assert door(granted.source.poster).body == b"\xff\xd8poster"
    assert door(granted.source.storyboard).body == b"WEBVTT\n"


def test_a_grant_costs_three_queries_at_most(
    film, lesson, member, site, show_on, restrict, django_assert_max_num_queries
):
    show_on(film, lesson)
    restrict(lesson, "login")
    grant(member=member, asset=film, site=site, page=lesson)
    with django_assert_max_num_queries(3):
        grant(member=member, asset=film, site=site, page=lesson)


def test_who_may_not_see_is_told_why(film, lesson, member, site, show_on, restrict, tier):
    show_on(film, lesson)
    restrict(lesson, "groups", tier)
    granted = grant(member=member, asset=film, site=site, page=lesson)
    assert (granted.token, granted.source, granted.download_url) == ("", None, "")
    assert granted.refusal == may(member, lesson).reasons[0]


def test_a_video_in_preparation_is_said_so(asset, lesson, site, show_on):
    show_on(asset, lesson)
    assert grant(member=None, asset=asset, site=site).refusal.code == "not_ready"
    asset.status = "failed"
    assert grant(member=None, asset=asset, site=site).refusal.code == "failed"


@pytest.mark.parametrize("fault", ["nobody answers", "a bad key"])
def test_what_its_provider_cannot_play_is_said_in_words(
    film, lesson, site, show_on, door, monkeypatch, fault
):
    show_on(film, lesson)
    token = grant(member=None, asset=film, site=site).token
    if fault == "a bad key":
        provider = first("video_providers", name=film.provider)
        monkeypatch.setattr(type(provider), "playback", _refuse)
    else:
        type(film).objects.update(provider="nobody")
        film.refresh_from_db()
    granted = grant(member=None, asset=film, site=site)
    assert (granted.source, granted.refusal.code) == (None, "unplayable")
    assert "key" not in granted.refusal.message + granted.refusal.remedy
    assert door(f"/p/{token}/renew", "POST").status == 403
    assert Client().get(lesson.url).status_code == 200
    config = Client().get(reverse("player", args=[lesson.pk])).json()
    assert (config["state"], config["notice"]["title"]) == ("failed", granted.refusal.message)


def _refuse(*_words, **_more):
    raise VideoError("Mux's signing key cannot be read.")


def test_a_stranger_plays_what_is_public(film, lesson, site, show_on, door):
    show_on(film, lesson)
    granted = grant(member=None, asset=film, site=site)
    assert read_token(granted.token).member_id is None
    assert door(granted.source.url).status == 200


def test_posters_cost_no_query_and_keep_their_address(
    film, asset, lesson, member, site, show_on, door, django_assert_num_queries, monkeypatch
):
    show_on(film, lesson)
    monkeypatch.setattr(time, "time", lambda now=time.time() // 300 * 300 + 10: now)
    with django_assert_num_queries(0):
        first = poster_url(member, film, site)
        assert poster_url(member, asset, site) == ""
    assert door(first).body == b"\xff\xd8poster"
    assert door(first.replace("poster.jpg", "master.m3u8")).status == 403
    monkeypatch.setattr(time, "time", lambda now=time.time() + 200: now)
    assert poster_url(member, film, site) == first
    claims = read_token(first.split("/")[2])
    assert 300 <= claims.expires_at - time.time() <= 600


def test_another_poster_has_another_address(film, member, site, monkeypatch):
    monkeypatch.setattr(time, "time", lambda now=time.time(): now)
    first = poster_url(member, film, site)
    film.poster_id = uuid4()
    assert poster_url(member, film, site) != first


def test_a_poster_of_what_a_member_may_not_see_is_refused(film, member, site, door):
    assert door(poster_url(member, film, site)).status == 403


def test_a_download_is_where_the_page_allows_it(film, lesson, member, site, show_on, door):
    show_on(film, lesson)
    lesson.allows_download = False
    assert download_url(member=member, asset=film, site=site, page=lesson) == ""
    lesson.allows_download = True
    address = download_url(member=member, asset=film, site=site, page=lesson)
    assert door(address).body == b"original"
    assert door(address.replace("/download", "/master.m3u8")).status == 403
    film.kind = "file"
    assert download_url(member=member, asset=film, site=site).endswith("/download")


@pytest.mark.parametrize("kind, name", [("video", "video.mp4"), ("audio", "audio.m4a")])
def test_what_was_cut_away_is_in_no_download(film, lesson, member, site, show_on, door, kind, name):
    show_on(film, lesson)
    lesson.allows_download = True
    before = download_url(member=member, asset=film, site=site, page=lesson)
    whole = store(site=site, source=BytesIO(b"uncut"), content_type="video/mp4")
    former = Edition.objects.create(asset=film, number=0, cause="first", state="kept")
    facts = {"kind": "file", "provider": film.provider}
    former.parts.create(role="rendition", name=name, object=whole, facts=facts)
    film.kind, film.kept, film.edition = kind, [[0, 3]], 1
    film.save()
    assert download_url(member=member, asset=film, site=site, page=lesson) == ""
    assert door(before).status == 404
    made = store(site=site, source=BytesIO(b"cut"), content_type="video/mp4")
    film.renditions.create(name=name, kind="file", object=made)
    queries.forget()
    address = download_url(member=member, asset=film, site=site, page=lesson)
    assert (door(address).body, door(before).body) == (b"cut", b"cut")


def test_a_page_that_stood_open_is_granted_again_by_its_session(
    film, lesson, member, site, show_on, restrict
):
    show_on(film, lesson)
    restrict(lesson, "login")
    address = reverse("grant_again", args=[lesson.pk, film.pk])
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    assert client.post(address).status_code == 403
    client = Client()
    assert client.post(address).status_code == 403
    client.force_login(member)
    answer = client.post(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert read_token(answer.json()["token"]).page_id == lesson.pk
    assert answer.json()["edition"] == 0
    type(film).objects.filter(pk=film.pk).update(edition=3)
    assert client.post(address).json()["edition"] == 3
    assert client.get(address).status_code == 405
    assert services.CHAIN_SECONDS == 43_200
