"""Viewings: how plays went, told by browsers that may lie, summed up for the editor."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.playback import viewings
from core.playback.models import Viewing
from core.playback.tokens import write_token
from core.playback.viewings import KEPT, TOLD_A_MINUTE, forget_old, quality_of

TOLD = {
    "key": "6b1f9f5e-3e0a-4a57-9d1e-0c9d3f0f7a11",
    "startup": 420,
    "stalls": 1,
    "stalled": 900,
    "rate": 1_200_000,
    "seconds": 61.5,
    "way": "hls.js",
    "error": "",
}


@pytest.fixture
def tell(door, claims):
    """Tell of a play under the member's token, or under claims of one's own."""

    def do(under=claims, method="POST", raw=None, **changed):
        body = raw if raw is not None else json.dumps({**TOLD, **changed}).encode()
        return door(f"/p/{write_token(under)}/viewing", method, body=body).status

    return do


def test_a_play_is_kept_as_it_was_felt(tell, claims, film):
    assert tell() == 204
    row = Viewing.objects.get()
    kept = (row.startup_ms, row.stalls, row.stalled_ms, row.bit_rate, row.seconds, row.way)
    assert kept == (420, 1, 900, 1_200_000, 61.5, "hls.js")
    whose = (row.asset_id, row.member_id, row.page_id, row.provider)
    assert whose == (film.pk, claims.member_id, claims.page_id, film.provider)


def test_a_later_word_takes_the_earlier_ones_place_and_a_late_one_does_not(tell):
    for seconds in (10, 30, 20):
        assert tell(seconds=seconds, stalls=seconds) == 204
    row = Viewing.objects.get()
    assert (row.seconds, row.stalls) == (30, 30)


def test_an_error_once_told_stays(tell):
    tell(error="network")
    tell(seconds=90, error="")
    assert Viewing.objects.get().error == "network"


def test_nobody_writes_over_anothers_play(tell, claims, boss):
    tell()
    tell(under=replace(claims, member_id=boss.pk), seconds=900)
    assert [row.seconds for row in Viewing.objects.all()] == [61.5]


def test_a_token_that_ran_out_while_it_played_may_still_tell_and_play_nothing(tell, claims, door):
    old = replace(claims, expires_at=int(time.time()) - 60)
    assert tell(under=old) == 204
    assert door(f"/p/{write_token(old)}/{old.asset_id}/master.m3u8").status == 403


@pytest.mark.parametrize(
    "changed",
    [
        {"use": "poster"},
        {"use": "download"},
        {"site_id": 999},
        {"expires_at": 1_000_000_000},
    ],
)
def test_other_tokens_tell_nothing(tell, claims, changed):
    assert tell(under=replace(claims, **changed)) == 403
    assert Viewing.objects.count() == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b"[" * 1000,
        json.dumps({**TOLD, "key": "x"}).encode(),
        json.dumps({**TOLD, "key": 7}).encode(),
        json.dumps({**TOLD, "seconds": "60"}).encode(),
        json.dumps({**TOLD, "seconds": True}).encode(),
        json.dumps({**TOLD, "seconds": float("nan")}).encode(),
        json.dumps({**TOLD, "way": "flash"}).encode(),
        json.dumps({**TOLD, "way": []}).encode(),
        json.dumps({**TOLD, "error": "<b>"}).encode(),
        json.dumps({**TOLD, "error": {}}).encode(),
        json.dumps({**TOLD, "padding": "x" * 2000}).encode(),
    ],
)
def test_what_cannot_be_read_is_refused(tell, raw):
    assert tell(raw=raw) == 400
    assert Viewing.objects.count() == 0


def test_numbers_are_bounded(tell):
    assert tell(seconds=1e12, stalls=-5, stalled=1e300, rate=1e18, startup=1e18) == 204
    row = Viewing.objects.get()
    assert (row.seconds, row.stalls) == (viewings.LONGEST, 0)
    assert (row.stalled_ms, row.startup_ms) == (viewings.MOST_MS, viewings.MOST_MS)
    assert row.bit_rate == viewings.FASTEST


def test_a_whole_number_that_no_float_holds_is_bounded_like_every_other(tell):
    assert tell(seconds=10**400, stalls=-(10**400)) == 204
    row = Viewing.objects.get()
    assert (row.seconds, row.stalls) == (viewings.LONGEST, 0)


def test_reading_the_door_is_refused(tell):
    assert tell(method="GET") == 405


def test_who_tells_too_often_is_asked_to_stop(tell, claims):
    own = replace(claims, began_at=int(time.time()) - 1, member_id=None)
    told = [tell(under=own, key=str(uuid4())) for _ in range(TOLD_A_MINUTE + 2)]
    assert told == [204] * TOLD_A_MINUTE + [429, 429]


def test_old_viewings_are_forgotten(tell):
    tell()
    tell(key=str(uuid4()))
    Viewing.objects.filter(key=TOLD["key"]).update(at=now() - KEPT - timedelta(days=1))
    assert forget_old() == 1
    assert Viewing.objects.count() == 1


def test_quality_sums_up_what_was_felt(film, django_assert_num_queries):
    starts = [100, 300, 700, 900, 1500, 9000, None]
    for startup in starts:
        Viewing.objects.create(
            key=uuid4(),
            asset=film,
            provider="ffmpeg",
            startup_ms=startup,
            stalls=1,
            stalled_ms=500,
            bit_rate=1_000_000,
            seconds=600,
            error="" if startup else "network",
        )
    with django_assert_num_queries(1):
        quality = quality_of(film)
    assert (quality.viewings, quality.failed, quality.starts) == (7, 1, (1, 1, 2, 1, 0, 1))
    assert quality.median == pytest.approx(0.8)
    assert quality.stalls_an_hour == pytest.approx(6.0)
    assert (quality.stalled, quality.bit_rate) == (3.5, 1_000_000)


def test_quality_of_what_nobody_played_is_empty(film):
    quality = quality_of(film)
    assert (quality.viewings, quality.median, quality.starts) == (0, None, (0,) * 6)
    assert quality.stalls_an_hour == 0
