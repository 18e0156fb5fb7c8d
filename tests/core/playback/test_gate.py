"""The gate: right tokens get bytes and headers, everything else a bare 403."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.utils.timezone import now

from core.media.models import Rendition
from core.playback import entitlement, queries
from core.playback.memory import ForSeconds
from core.playback.tokens import read_token, write_token
from core.playback.views import WAY
from core.storage.services import place, store

INDEX = b"#EXTM3U\n#EXTINF:4,\nsegment-00001.m4s\n"
SEGMENT = bytes(range(256)) * 40


def bare(answer):
    """Nothing in a refusal but the refusal."""
    return (answer.status, answer.body, answer.headers["Cache-Control"])


NO = (403, b"Forbidden", "no-store")


@pytest.mark.parametrize(
    "name, content_type, body",
    [
        ("360p/index.m3u8", "application/vnd.apple.mpegurl", INDEX),
        ("360p/init.mp4", "video/mp4", b"ftyp"),
        ("360p/segment-00001.m4s", "video/iso.segment", SEGMENT),
        ("poster.jpg", "image/jpeg", b"\xff\xd8poster"),
        ("storyboard/storyboard.vtt", "text/vtt; charset=utf-8", b"WEBVTT\n"),
        ("storyboard/sheet-1.jpg", "image/jpeg", b"\xff\xd8sheet"),
    ],
)  # fmt: skip
def test_a_right_token_gets_every_file_of_its_asset(watch, name, content_type, body):
    answer = watch(name)
    assert (answer.status, answer.headers["Content-Type"], answer.body) == (200, content_type, body)
    assert answer.headers["Content-Length"] == str(len(body))
    kind, _, age = answer.headers["Cache-Control"].partition(", max-age=")
    assert kind == "private"
    assert 290 <= int(age) <= 300
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_a_playlist_that_grows_is_asked_for_again_at_once(watch, film):
    film.renditions.update(is_growing=True)
    assert watch("360p/index.m3u8").headers["Cache-Control"] == "private, max-age=1"


def test_the_master_playlist_lists_what_is_published_now(watch, film):
    answer = watch("master.m3u8")
    assert answer.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert answer.headers["Cache-Control"] == "private, max-age=2"
    assert answer.body.decode().splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=700000,RESOLUTION=640x360,"
        'FRAME-RATE=25.000,CODECS="avc1.64001e,mp4a.40.2"',
        "360p/index.m3u8",
    ]


def test_a_range_is_answered_by_206(watch):
    answer = watch("360p/segment-00001.m4s", range="bytes=10-19")
    assert (answer.status, answer.body) == (206, SEGMENT[10:20])
    assert answer.headers["Content-Range"] == "bytes 10-19/10240"
    assert answer.headers["Content-Length"] == "10"
    assert watch("360p/segment-00001.m4s", range="bytes=-5").body == SEGMENT[-5:]
    assert watch("360p/segment-00001.m4s", range="bytes=10230-").body == SEGMENT[10230:]
    assert watch("360p/segment-00001.m4s", range="bytes=0-4,8-9").body == SEGMENT


def test_a_range_beyond_the_end_is_answered_by_416(watch):
    answer = watch("360p/segment-00001.m4s", range="bytes=10240-")
    assert (answer.status, answer.body) == (416, b"")
    assert answer.headers["Content-Range"] == "bytes */10240"


def test_a_changed_or_unchanged_file_is_told_by_its_tag(watch):
    tag = watch("360p/init.mp4").headers["ETag"]
    unchanged = watch("360p/init.mp4", if_none_match=tag)
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert watch("360p/init.mp4", if_none_match='"other"').status == 200
    assert watch("360p/init.mp4", range="bytes=0-1", if_range=tag).status == 206
    assert watch("360p/init.mp4", range="bytes=0-1", if_range='"other"').status == 200


def test_head_tells_all_and_sends_nothing(watch):
    head, get = watch("360p/segment-00001.m4s", "HEAD"), watch("360p/segment-00001.m4s")
    assert head.body == b""
    assert head.headers["Content-Length"] == "10240"
    assert {key: value for key, value in head.headers.items() if key != "X-Request-ID"} == {
        key: value for key, value in get.headers.items() if key != "X-Request-ID"
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(watch, method):
    assert watch("360p/init.mp4", method).status == 405
    assert watch("360p/init.mp4", method).headers["Cache-Control"] == "no-store"


def test_a_long_file_is_streamed_piece_by_piece(watch, film, site, settings):
    body = b"0123456789abcdef" * (5 << 16)
    film.poster = store(site=site, source=BytesIO(body), content_type="image/png")
    film.save()
    answer = watch("poster.jpg")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.body == body
    assert watch("poster.jpg", range="bytes=1-").body == body[1:]


ODD = [
    "360p/../../../../etc/passwd", "360p/..%2findex.m3u8", "360p/%2e%2e/%2e%2e/x.mp4",
    "360p/.hidden.mp4", "360p//init.mp4", "360p/init.mp4/", "/360p/init.mp4", "360p", "360p/",
    "720p/index.m3u8", "original", "360p/index.m3u8%00.mp4", "360p\\init.mp4", "360p/INIT.MP4",
    "360p/init.exe", "360p/init", "storyboard", "storyboard/../360p/init.mp4", "",
    "360p/segment-00001.m4s%0a", "360p/%ef%bc%8einit.mp4", "poster.jpg/x", "master.m3u8/..",
    "360p/" + "a" * 500 + ".mp4", "%252e%252e/360p/init.mp4", "360p/init.mp4;x", "360p/*.mp4",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_names_that_are_not_in_the_tree_are_not_found(watch, name):
    assert bare(watch(name)) == (404, b"Not found", "no-store")


def test_an_odd_name_never_reaches_the_storage():
    well_formed = [name for name in ODD if WAY.fullmatch(unquote(name))]
    assert well_formed == ["720p/index.m3u8", "360p/init.exe"]


def test_a_token_opens_one_asset_only(watch, door, claims, film, asset):
    other = film
    other.pk = asset.pk
    for pk in (asset.pk, str(asset.pk).upper(), "x", ""):
        assert bare(door(f"/p/{write_token(claims)}/{pk}/master.m3u8")) == NO


@pytest.mark.parametrize(
    "change",
    [
        {"member_id": 10**9}, {"site_id": 10**9}, {"page_id": 10**9}, {"member_id": None},
        {"expires_at": 1}, {"use": "poster"}, {"use": "download"},
    ],
)  # fmt: skip
def test_claims_that_do_not_hold_are_refused(door, claims, film, change):
    token = write_token(replace(claims, **change))
    assert bare(door(f"/p/{token}/{film.pk}/master.m3u8")) == NO


def test_a_token_is_for_its_own_sites_address(watch, other_site):
    assert watch("master.m3u8").status == 200
    assert bare(watch("master.m3u8", host="other.example")) == NO


@pytest.mark.parametrize(
    "path", ["/p/", "/p/x", "/p//", "/p/x/y/z", "/p/%00/", "/p/%ff%fe/x", "/p/a\n"]
)
def test_odd_addresses_are_refused(door, db, site, path):
    assert bare(door(path)) == NO


def test_a_cancelled_member_is_out_within_fifteen_seconds(watch, member, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(
        entitlement, "_decisions", ForSeconds(entitlement._seconds, clock=lambda: clock[0])
    )
    assert watch("360p/init.mp4").status == 200
    member.is_active = False
    member.save()
    clock[0] += 9.9
    assert watch("360p/init.mp4").status == 200  # the answer is some seconds old
    clock[0] += 5
    assert bare(watch("360p/init.mp4")) == NO


def test_a_page_that_closes_takes_its_video_along(watch, lesson, settings):
    settings.PLAYBACK_ENTITLEMENT_SECONDS = 0
    assert watch("360p/init.mp4").status == 200
    lesson.unpublish()
    assert bare(watch("360p/init.mp4")) == NO


def test_a_new_rung_joins_within_seconds(watch, film, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(
        queries, "_shelves", ForSeconds(lambda: queries.FRESH, clock=lambda: clock[0])
    )
    assert watch("master.m3u8").body.count(b"index.m3u8") == 1
    rung = film.renditions.get()
    Rendition.objects.create(asset=film, name="720p", object=rung.object, height=720, width=1280)
    clock[0] += 2.1
    assert watch("master.m3u8").body.count(b"index.m3u8") == 2


def test_a_token_of_a_new_edition_never_meets_what_lay_there_before(door, claims, watch, film):
    assert watch("360p/init.mp4").status == 200  # remembered for two seconds
    type(film).objects.filter(pk=film.pk).update(edition=1)
    film.renditions.update(name="720p")
    new = write_token(replace(claims, edition=1))
    assert door(f"/p/{new}/{film.pk}/720p/init.mp4").status == 200
    assert door(f"/p/{new}/{film.pk}/360p/init.mp4").status == 404


def test_a_segment_costs_no_query_and_no_cookie(watch, django_assert_num_queries):
    watch("360p/index.m3u8")
    with django_assert_num_queries(0):
        assert watch("360p/segment-00001.m4s").status == 200


def test_lost_bytes_are_not_found_and_nothing_breaks(watch, film):
    rung = film.renditions.get().object
    place(rung).delete_tree(rung.key)
    assert bare(watch("360p/init.mp4")) == (404, b"Not found", "no-store")


def test_a_token_is_renewed_while_its_member_is_entitled(door, claims, film):
    old = write_token(replace(claims, expires_at=int(time.time()) + 20))
    answer = door(f"/p/{old}/renew", "POST")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    new = json.loads(answer.body)
    read = read_token(new["token"])
    assert read == replace(claims, expires_at=read.expires_at, kid=read.kid)
    assert read.expires_at > time.time() + 290
    assert new["base"] == f"/p/{new['token']}/{film.pk}/"
    former = film.editions.create(number=0, cause="first", state="kept")
    rung = film.renditions.get()
    facts = {"kind": rung.kind, "provider": film.provider}
    former.parts.create(role="rendition", name=rung.name, object=rung.object, facts=facts)
    type(film).objects.filter(pk=film.pk).update(edition=1)
    again = json.loads(door(f"/p/{old}/renew", "POST").body)
    assert again["edition"] == 0  # who plays the former film plays it to its end
    assert door(new["base"] + "360p/init.mp4").status == 200
    assert door(f"/p/{old}/renew").status == 405


def test_a_cancelled_member_renews_nothing(door, claims, member):
    assert door(f"/p/{write_token(claims)}/renew", "POST").status == 200
    member.is_active = False
    member.save()
    assert bare(door(f"/p/{write_token(claims)}/renew", "POST")) == NO


def test_renewals_end_with_their_chain(door, claims):
    old = write_token(replace(claims, began_at=int(time.time()) - 12 * 3600 - 1))
    assert bare(door(f"/p/{old}/renew", "POST")) == NO
    poster = write_token(replace(claims, use="poster"))
    assert bare(door(f"/p/{poster}/renew", "POST")) == NO


def test_a_download_has_the_users_file_name_safely(door, claims, film):
    film.file_name = 'Böse "Datei"\r\nSet-Cookie: a=b; /../../x.html'
    film.save()
    answer = door(f"/p/{write_token(replace(claims, use='download'))}/{film.pk}/download")
    assert (answer.status, answer.body) == (200, b"original")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''"
        "B%C3%B6se%20%22Datei%22Set-Cookie%3A%20a%3Db%3B%20-..-..-x.html"
    )
    assert "Set-Cookie" not in answer.headers


def test_a_play_token_downloads_nothing(watch):
    assert bare(watch("download")) == NO


@pytest.mark.parametrize(
    "way, header", [("x-accel", "X-Accel-Redirect"), ("x-sendfile", "X-Sendfile")]
)
def test_a_proxy_in_front_is_handed_the_file(watch, film, settings, way, header):
    settings.ACCEL_REDIRECT = way
    answer = watch("360p/init.mp4", range="bytes=0-1")
    key = film.renditions.get().object.key + "/init.mp4"
    path = place(film.poster).local_path(key)
    expected = f"/_objects/{key}" if way == "x-accel" else str(path)
    assert (answer.status, answer.body, answer.headers[header]) == (200, b"", expected)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert "private" in answer.headers["Cache-Control"]
    assert now() - film.created_at < timedelta(minutes=5)
