"""The lesson's screen: its player, its place in the module, and what it costs to draw."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from wagtail.models import ReferenceIndex

from core.media.models import Stage
from core.progress.models import Completion
from core.progress.services import add_bookmark, merge, save_note
from pages.models import Lesson
from tests.factories import close_to_strangers, fresh, make_asset, make_program, url_of

BUDGET = 12


@pytest.fixture
def program(site):
    program = make_program(modules=2, lessons=3)
    for lesson in Lesson.objects.descendant_of(program):
        _show(lesson, playable_at=now(), duration=100)
    close_to_strangers(program)
    return program


@pytest.fixture
def lessons(program) -> list[Lesson]:
    return list(Lesson.objects.descendant_of(program).order_by("path"))


def _show(lesson: Lesson, **film) -> None:
    """Put a film on a lesson; which page shows which asset is Wagtail's index to know."""
    lesson.video = make_asset(**film)
    lesson.save()
    ReferenceIndex.create_or_update_for_object(lesson)


def _player(client, lesson: Lesson) -> dict:
    return json.loads(client.get(f"/player/{lesson.pk}/").content)


def _watch(member, lesson: Lesson, *ranges: tuple[int, int], position: float = 0) -> None:
    merge(
        member=member.pk,
        asset=lesson.video_id,
        site=lesson.video.site_id,
        page=lesson.pk,
        ranges=ranges,
        position=position,
        at=now().timestamp(),
    )


def test_lesson_asks_at_most_twelve_times_however_long_its_module_is(site, member, signed_in):
    counts = []
    for number in (3, 30):
        program = make_program(modules=1, lessons=number)
        close_to_strangers(program)
        lesson = Lesson.objects.descendant_of(program).order_by("path")[1]
        _show(lesson, playable_at=now())
        _watch(member, lesson, (0, 10), position=10)
        save_note(member=member, page=lesson, text="A note", base_version=0)
        add_bookmark(member=member, page=lesson, second=3)
        address = url_of(lesson)
        signed_in.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert signed_in.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= BUDGET


def test_player_goes_on_where_the_server_knows_it_stopped(signed_in, member, lessons):
    _watch(member, lessons[0], (0, 10), (20, 30), position=29.5)
    told = _player(signed_in, lessons[0])
    assert told["state"] == "ready"
    assert told["position"] == 29.5
    assert told["watched"] == [[0, 10], [20, 30]]
    assert told["source"]["url"].startswith(f"/p/{told['token']}/")


def test_player_knows_whose_seconds_it_plays(signed_in, lessons):
    assert _player(signed_in, lessons[0])["edition"] == 0
    _show(lessons[0], edition=2)
    assert _player(signed_in, lessons[0])["edition"] == 2


def test_player_tells_a_stranger_nothing_to_play(stranger, lessons):
    told = _player(stranger, lessons[0])
    assert told["state"] == "locked"
    assert "token" not in told
    assert "source" not in told


def test_player_shows_how_far_a_preparation_is(signed_in, lessons):
    lesson = lessons[0]
    _show(lesson, status="processing", playable_at=None)
    stages = [("probe", "Reading the file", "done", 1), ("rung", "Making 720p", "running", 0.5)]
    for position, (name, label, state, progress) in enumerate(stages):
        Stage.objects.create(
            asset=lesson.video,
            name=name,
            label=label,
            position=position,
            state=state,
            progress=progress,
            eta_seconds=70,
        )
    notice = _player(signed_in, lesson)["notice"]
    assert notice["progress"] == 0.75
    assert notice["text"] == "Making 720p · about 2 minutes left"


def test_failure_is_told_in_words_and_its_cause_to_staff_only(site, signed_in, client, lessons):
    lesson = lessons[0]
    _show(lesson, status="failed", playable_at=None, error="The file ends too early.")
    assert "too early" not in json.dumps(_player(signed_in, lesson))
    assert _player(signed_in, lesson)["state"] == "failed"


def test_lesson_leads_over_the_edge_of_its_module(signed_in, lessons):
    answer = signed_in.get(url_of(lessons[2]))
    outline = answer.context["outline"]
    assert outline.previous.page.pk == lessons[1].pk
    assert outline.next.page.pk == lessons[3].pk
    assert signed_in.get(url_of(lessons[0])).context["outline"].previous is None
    assert signed_in.get(url_of(lessons[5])).context["outline"].next is None


def test_film_ends_with_the_way_on_and_a_clip_in_the_text_with_itself_alone(signed_in, lessons):
    lesson = lessons[0]
    lesson.body = [("video", {"asset": make_asset(duration=20), "caption": "An aside"})]
    lesson.save()
    ReferenceIndex.create_or_update_for_object(lesson)
    film, _, clip = signed_in.get(url_of(lesson)).content.decode().partition("block-video")
    said = ('data-part="onward"', 'data-more="advances"', 'data-part="again"')
    assert [(film.count(words), clip.count(words)) for words in said] == [(1, 0), (1, 0), (1, 1)]
    assert "That was the last lesson" not in film + clip
    assert "That was the last lesson" in signed_in.get(url_of(lessons[5])).content.decode()


def test_outline_counts_what_is_done(signed_in, member, lessons):
    Completion.objects.create(member=member, page=lessons[0])
    outline = signed_in.get(url_of(lessons[1])).context["outline"]
    assert [row.state.is_completed for row in outline.rows] == [True, False, False]
    assert (outline.completed, round(outline.fraction, 2)) == (1, 0.33)
    assert fresh(lessons[0]).pk == outline.rows[0].page.pk
