"""Captions, transcript and chapters come through the gate, made from their rows."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from core.media.chapters.services import replace_chapters
from core.media.transcripts import services
from core.media.transcripts.models import TranscriptVersion
from core.playback.services import grant, poster_url
from core.playback.tokens import write_token

CUES = [
    {
        "start": 0.5,
        "end": 2,
        "text": "Salt & pepper --> <now>",
        "words": [[0.5, 1, "Salt", 0.99], [1, 2, "pepper", 0.31]],
        "flags": ["unsure"],
    },
    {"start": 3600, "end": 3601.25, "text": "Ende"},
]


@pytest.fixture
def spoken(film):
    cues = [{**CUES[0], "text": "Salt & pepper -->"}, CUES[1]]
    origin = TranscriptVersion.Origin.HEARD
    return services.write(asset=film, language="en", cues=cues, origin=origin)


def test_captions_are_webvtt_that_nothing_breaks_out_of(watch, spoken):
    answer = watch("captions/en.vtt")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/vtt; charset=utf-8")
    assert answer.body.decode() == (
        "WEBVTT\n\n"
        "00:00:00.500 --> 00:00:02.000\nSalt &amp; pepper --&gt;\n\n"
        "01:00:00.000 --> 01:00:01.250\nEnde\n"
    )


def test_a_transcript_tells_words_and_nothing_for_editors(watch, spoken):
    answer = json.loads(watch("transcript/en.json").body)
    assert answer["language"] == "en"
    assert answer["cues"][0] == {
        "start": 0.5,
        "end": 2,
        "text": "Salt & pepper -->",
        "words": [[0.5, 1, "Salt"], [1, 1, "&"], [1, 2, "pepper"], [2, 2, "-->"]],
    }
    assert set(answer["cues"][1]) == {"start", "end", "text"}


def test_markup_that_is_typed_is_text_wherever_it_is_played(watch, film):
    said = "</v><script>alert(1)</script>\n\n00:00.000 --> 09:00.000\n<img src=x onerror=alert(1)>"
    cues = [{"start": 0, "end": 1, "text": said}]
    services.write(asset=film, language="en", cues=cues, origin=TranscriptVersion.Origin.EDITED)
    replace_chapters(asset=film, chapters=[(0, said)])
    for name in ("captions/en.vtt", "chapters.vtt"):
        body = watch(name).body.decode()
        assert "&lt;/v&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in body
        assert (body.count("<"), body.count("-->")) == (0, 1)
    for name in ("transcript/en.json", "chapters.json"):
        answer = watch(name)
        assert "json" in answer.headers["Content-Type"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "<script>alert(1)</script>" in str(json.loads(answer.body))


def test_a_correction_is_there_at_once_and_what_is_the_same_is_not_sent_again(watch, film, spoken):
    first = watch("captions/en.vtt")
    etag = first.headers["ETag"]
    assert watch("captions/en.vtt", IF_NONE_MATCH=etag).status == 304
    services.write(
        asset=film,
        language="en",
        cues=[{"start": 0, "end": 1, "text": "Better"}],
        origin=TranscriptVersion.Origin.EDITED,
    )
    again = watch("captions/en.vtt", IF_NONE_MATCH=etag)
    assert (again.status, b"Better" in again.body) == (200, True)


def test_chapters_come_in_both_forms(watch, film):
    replace_chapters(asset=film, chapters=[(0, "One"), (60.5, "Two")])
    assert watch("chapters.vtt").body.decode() == (
        "WEBVTT\n\n00:00:00.000 --> 00:01:00.500\nOne\n\n00:01:00.500 --> 00:01:01.500\nTwo\n"
    )
    answer = watch("chapters.json")
    assert answer.headers["Content-Type"] == "application/json+chapters"
    assert json.loads(answer.body)["chapters"][1] == {"startTime": 60.5, "title": "Two"}


@pytest.mark.parametrize(
    "name",
    [
        "captions/de.vtt",
        "captions/en.srt",
        "captions/../en.vtt",
        "chapters.vtt",
        "transcript/x.json",
    ],
)
def test_what_is_not_there_is_not_found(watch, spoken, name):
    assert watch(name).status == 404


def test_what_is_taken_back_is_not_found(watch, spoken):
    services.publish(spoken.transcript, is_published=False)
    assert watch("captions/en.vtt").status == 404
    assert watch("transcript/en.json").status == 404


def test_words_are_as_private_as_the_film(door, claims, film, spoken, tier, lesson, restrict):
    names = ("captions/en.vtt", "transcript/en.json")
    late = write_token(replace(claims, expires_at=int(time.time()) - 1))
    poster = write_token(replace(claims, use="poster"))
    for name in names:
        for token in (late, poster):
            assert door(f"/p/{token}/{film.pk}/{name}").status == 403
    restrict(lesson, "groups", tier)
    token = write_token(claims)
    assert [door(f"/p/{token}/{film.pk}/{name}").status for name in names] == [403, 403]


def test_a_grant_names_the_tracks_whoever_plays(
    film, lesson, member, site, show_on, restrict, spoken, django_assert_max_num_queries
):
    show_on(film, lesson)
    restrict(lesson, "login")
    services.write(asset=film, language="pt-BR", cues=CUES[1:], origin="uploaded")
    replace_chapters(asset=film, chapters=[(0, "One")])
    grant(member=member, asset=film, site=site, page=lesson)
    with django_assert_max_num_queries(3):
        granted = grant(member=member, asset=film, site=site, page=lesson)
    told = [(track.kind, track.language, track.label) for track in granted.source.tracks]
    assert told == [
        ("captions", "en", "English"),
        ("captions", "pt-BR", "Português Brasileiro"),
        ("chapters", "", ""),
    ]
    assert granted.source.tracks[0].url == f"{granted.base_url}captions/en.vtt"
    assert poster_url(member, film, site)
