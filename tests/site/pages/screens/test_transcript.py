"""What is said is found and read by whoever may see the page, and by nobody else."""

from __future__ import annotations

from wagtail.models import ReferenceIndex

from core.access.queries import reach_of
from core.media.transcripts import services
from pages.models import Lesson
from pages.search.queries import search
from pages.search.spoken import reindex
from tests.factories import close_to_strangers, make_program, url_of


def a_lesson():
    program = make_program(modules=1, lessons=1)
    lesson = Lesson.objects.descendant_of(program).get()
    ReferenceIndex.create_or_update_for_object(lesson)
    return lesson


def say(lesson, text, start=75.0):
    cues = [{"start": start, "end": start + 2, "text": text}]
    version = services.write(asset=lesson.video, language="en", cues=cues, origin="uploaded")
    reindex(lesson.video_id)
    return version


def test_a_lesson_is_found_by_what_is_said_until_it_is_taken_back(site, member):
    lesson = a_lesson()
    assert search(reach_of(member, site), "zeppelin") == []
    version = say(lesson, "Nobody arrives by zeppelin.")
    (hit,) = search(reach_of(member, site), "zeppelin")
    assert "<mark>zeppelin</mark>" in hit.snippet
    services.publish(version.transcript, is_published=False)
    reindex(lesson.video_id)
    assert search(reach_of(member, site), "zeppelin") == []


def test_a_closed_lesson_is_not_found_by_strangers(site, member):
    lesson = a_lesson()
    say(lesson, "Nobody arrives by zeppelin.")
    close_to_strangers(lesson.get_parent())
    assert search(reach_of(None, site), "zeppelin") == []
    assert len(search(reach_of(member, site), "zeppelin")) == 1


def test_a_transcript_is_read_without_a_script(site, signed_in):
    lesson = a_lesson()
    say(lesson, "Nobody arrives by zeppelin.")
    page = signed_in.get(f"/transcript/{lesson.pk}/").content.decode()
    assert "Nobody arrives by zeppelin." in page
    assert f'href="{url_of(lesson)}?t=75"' in page
    assert signed_in.get(f"/transcript/{lesson.pk}/?language=de").status_code == 404


def test_markup_that_is_said_is_text_on_the_pages(site, member, signed_in):
    lesson = a_lesson()
    say(lesson, "Write zeppelin in <script>alert(1)</script> and <b>bold</b>.")
    page = signed_in.get(f"/transcript/{lesson.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; and &lt;b&gt;bold" in page
    assert "<script>alert" not in page
    (hit,) = search(reach_of(member, site), "zeppelin")
    assert "<mark>zeppelin</mark>" in hit.snippet
    assert "<script" not in hit.snippet
    assert "<script>alert" not in signed_in.get("/search/?q=zeppelin").content.decode()


def test_strangers_are_sent_to_the_page_that_says_why(site, stranger):
    lesson = a_lesson()
    say(lesson, "Nobody arrives by zeppelin.")
    close_to_strangers(lesson.get_parent())
    answer = stranger.get(f"/transcript/{lesson.pk}/")
    assert (answer.status_code, b"zeppelin" in answer.content) == (302, False)
