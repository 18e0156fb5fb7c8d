"""A film on another device: its token lives as long as the film, and the gate asks all the same."""

from __future__ import annotations

import json
import time

import pytest

from core.media.models import Asset
from core.media.transcripts import services
from core.media.transcripts.models import TranscriptVersion
from core.playback import entitlement, queries
from core.playback.memory import ForSeconds
from core.playback.tokens import read_token, write_token

NO = (403, b"Forbidden")


@pytest.fixture
def lend(door, claims):
    """Ask with the member's own token for what a device takes along."""

    def do():
        answer = door(f"/p/{write_token(claims)}/remote", "POST")
        return json.loads(answer.body) if answer.status == 200 else answer

    return do


@pytest.fixture
def captioned(film):
    for language in ("en", "de"):
        cues = [{"start": 0, "end": 2, "text": language}]
        origin = TranscriptVersion.Origin.UPLOADED
        services.write(asset=film, language=language, cues=cues, origin=origin)
    Asset.objects.filter(pk=film.pk).update(duration=83.2)
    return film


def test_a_device_gets_an_address_for_as_long_as_the_film_lasts(door, lend, claims, film):
    Asset.objects.filter(pk=film.pk).update(duration=7200)
    lent = lend()
    read = read_token(lent["token"])
    assert (read.use, read.member_id, read.page_id) == ("remote", claims.member_id, claims.page_id)
    assert 10790 <= lent["expires_at"] - time.time() <= 10800
    assert lent["url"] == f"/p/{lent['token']}/{film.pk}/master.m3u8"
    answer = door(lent["base"] + "360p/segment-00001.m4s")
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_however_long_a_film_is_no_device_has_it_for_a_day(lend, film):
    Asset.objects.filter(pk=film.pk).update(duration=40 * 3600)
    assert lend()["expires_at"] - time.time() <= 6 * 3600


@pytest.mark.parametrize(
    "name", ["download", "video.mp4", "waveform.json", "chapters.json", "transcript/en.json"]
)
def test_a_device_gets_the_stream_and_no_more(door, lend, captioned, name):
    answer = door(lend()["base"] + name)
    assert (answer.status, answer.body) == NO


@pytest.mark.parametrize("way", ["renew", "remote", "viewing"])
def test_a_devices_token_makes_no_other_and_tells_nothing(door, lend, way):
    answer = door(f"/p/{lend()['token']}/{way}", "POST", body=b"{}")
    assert (answer.status, answer.body) == NO
    assert door(f"/beat/{lend()['token']}", "POST", body=b"{}").status == 403


def test_an_address_is_lent_by_post_and_to_nobody_who_may_not_play(door, lend, claims, member):
    assert door(f"/p/{write_token(claims)}/remote").status == 405
    member.is_active = False
    member.save()
    assert (lend().status, lend().body) == NO


def test_a_cancelled_member_is_out_on_the_television_within_fifteen_seconds(
    door, lend, member, monkeypatch
):
    clock = [1000.0]
    monkeypatch.setattr(
        entitlement, "_decisions", ForSeconds(entitlement._seconds, clock=lambda: clock[0])
    )
    base = lend()["base"]
    assert door(base + "360p/init.mp4").status == 200
    member.is_active = False
    member.save()
    clock[0] += 14.9
    assert (door(base + "360p/init.mp4").status, door(base + "master.m3u8").status) == (403, 403)


def test_who_changes_their_password_takes_the_television_along(door, lend, member, settings):
    settings.PLAYBACK_ENTITLEMENT_SECONDS = 0
    base = lend()["base"]
    member.set_password("another one")
    member.save()
    assert door(base + "master.m3u8").status == 403


def test_a_device_reads_the_captions_in_the_playlist(door, watch, lend, captioned):
    base = lend()["base"]
    lines = door(base + "master.m3u8?captions=de").body.decode().splitlines()
    assert lines[3:5] == [
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="English",LANGUAGE="en",'
        'DEFAULT=NO,AUTOSELECT=YES,URI="captions/en.m3u8"',
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="Deutsch",LANGUAGE="de",'
        'DEFAULT=YES,AUTOSELECT=YES,URI="captions/de.m3u8"',
    ]
    assert lines[5].endswith('CODECS="avc1.64001e,mp4a.40.2",SUBTITLES="captions"')
    listed = door(base + "captions/de.m3u8")
    assert listed.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert listed.body.decode().splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-TARGETDURATION:84",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXTINF:83.200,",
        "de.vtt",
        "#EXT-X-ENDLIST",
    ]
    assert b"\nde\n" in door(base + "captions/de.vtt").body
    assert door(base + "captions/fr.m3u8").status == 404
    assert b"SUBTITLES" not in watch("master.m3u8?captions=de").body  # a page has its tracks


def test_a_former_version_is_played_without_the_captions_of_the_new_one(door, lend, captioned):
    base = lend()["base"]
    assert b"SUBTITLES" in door(base + "master.m3u8").body
    Asset.objects.filter(pk=captioned.pk).update(edition=1)

    queries.forget()
    assert b"SUBTITLES" not in door(base + "master.m3u8").body
