"""What a cut leaves no place for waits, and comes back with its seconds."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from core.media.chapters.queries import chapters_of
from core.media.chapters.services import replace_chapters
from core.media.editing.models import Dropped, Edition
from core.media.editing.queries import playing
from core.media.editing.services import flip
from core.media.errors import BadChapters, Moved, Outdated
from core.media.models import Asset
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.services import write
from core.progress.models import Bookmark, Note, Watch
from pages.models import Lesson
from tests.factories import make_member, make_program, the_site

pytestmark = pytest.mark.django_db

FIRST = [(0, "Hello"), (10, "The number"), (30, "The silence"), (40, "The end")]
ONCE, TWICE = [(0.0, 5.0), (15.0, 60.0)], [(0.0, 5.0), (45.0, 60.0)]
SAID = ("One two three four.", "Five six seven eight.", "Nine ten eleven twelve.")


@pytest.fixture
def film(db):
    probe = {"duration": 60.0, "video_codec": "h264", "frame_rate": 25.0}
    return Asset.objects.create(
        site=the_site(), title="Film", duration=60.0, probe=probe, status="ready",
        playable_at=now(), original=None,
    )  # fmt: skip


@pytest.fixture
def lesson(film):
    make_program(modules=1, lessons=1)
    lesson = Lesson.objects.get()
    lesson.video = film
    lesson.save_revision().publish()
    return lesson


def cut(film, kept):
    """Let a version that was prepared play."""
    playing(film)
    facts = {
        "probe": film.probe,
        "duration": sum(b - a for a, b in kept),
        "provider": "ffmpeg",
    }
    edition = Edition.objects.create(
        asset=film,
        number=film.editions.first().number + 1,
        cause="cut",
        kept=[list(one) for one in kept],
        line=[[0.0, 172800.0, 0.0]],
        facts=facts,
    )
    flip(edition)
    return edition


def back_to(film, number):
    flip(film.editions.get(number=number))


def spoken(film, texts=SAID, *, seconds=4.0, start=2.0):
    """Cues of four words each, one after another."""
    cues = []
    for n, text in enumerate(texts):
        begin, words = start + n * seconds, text.split()
        step = seconds / len(words)
        times = [[begin + i * step, begin + (i + 1) * step, w, 1.0] for i, w in enumerate(words)]
        cues.append({"start": begin, "end": begin + seconds, "text": text, "words": times})
    write(asset=film, language="en", cues=cues, origin=TranscriptVersion.Origin.UPLOADED)
    return cues


def said(film):
    current = film.transcripts.select_related("current").get().current
    return [(cue["start"], cue["end"], cue["text"]) for cue in current.cues]


def test_chapters_come_back_over_two_cuts_and_two_goings_back(film):
    replace_chapters(asset=film, chapters=FIRST)
    cut(film, ONCE)
    assert chapters_of(film.pk) == [
        (0, "Hello"), (5, "The number"), (20, "The silence"), (30, "The end")]  # fmt: skip
    cut(film, TWICE)
    assert chapters_of(film.pk) == [(0, "Hello"), (5, "The end")]
    back_to(film, 1)
    assert chapters_of(film.pk) == [
        (0, "Hello"), (5, "The number"), (20, "The silence"), (30, "The end")]  # fmt: skip
    back_to(film, 0)
    assert chapters_of(film.pk) == FIRST
    assert not Dropped.objects.exists()


def test_chapters_come_back_in_one_step_over_two_cuts(film):
    replace_chapters(asset=film, chapters=FIRST)
    cut(film, ONCE)
    cut(film, TWICE)
    back_to(film, 0)
    assert chapters_of(film.pk) == FIRST


def test_a_chapter_whose_rest_was_cut_twice_is_back_once(film):
    replace_chapters(asset=film, chapters=FIRST)
    cut(film, ONCE)
    cut(film, [(0.0, 5.0), (17.0, 60.0)])
    back_to(film, 0)
    assert chapters_of(film.pk) == FIRST


def test_chapters_come_back_with_a_cut_that_lets_them_play(film):
    replace_chapters(asset=film, chapters=FIRST)
    cut(film, TWICE)
    cut(film, [(0.0, 5.0), (25.0, 60.0)])
    assert chapters_of(film.pk) == [
        (0, "Hello"), (5, "The number"), (10, "The silence"), (20, "The end")]  # fmt: skip


def test_chapters_typed_over_another_film_lie_where_their_moments_play(film):
    replace_chapters(asset=film, chapters=[(0, "Hello")])
    base = chapters_of(film.pk)
    cut(film, ONCE)
    typed = [(0, "Hello"), (8, "The number"), (32, "The silence")]
    assert replace_chapters(asset=film, chapters=typed, base=base, edition=0) == [
        (0, "Hello"), (5, "The number"), (22, "The silence")]  # fmt: skip
    assert (film.edition, replace_chapters(asset=film, chapters=FIRST, edition=1)) == (1, FIRST)


def test_chapters_that_moved_with_the_film_are_known_and_new_ones_without_a_place_refused(film):
    replace_chapters(asset=film, chapters=FIRST)
    cut(film, TWICE)
    with pytest.raises(BadChapters, match="“New” is not in it any more"):
        replace_chapters(asset=film, chapters=[*FIRST, (12, "New")], base=FIRST, edition=0)
    typed = [*FIRST, (50, "Thanks")]
    kept = [(0, "Hello"), (5, "The end"), (10, "Thanks")]
    assert replace_chapters(asset=film, chapters=typed, base=FIRST, edition=0) == kept
    with pytest.raises(Outdated, match="Somebody changed"):
        replace_chapters(asset=film, chapters=typed, base=FIRST, edition=0)
    with pytest.raises(Moved, match="reload the page"):
        replace_chapters(asset=film, chapters=typed, base=FIRST, edition=9)
    assert chapters_of(film.pk) == kept


def test_what_an_editor_did_meanwhile_stays(film):
    replace_chapters(asset=film, chapters=FIRST)
    cut(film, ONCE)
    replace_chapters(
        asset=film, chapters=[(0, "Hello"), (5, "Its new name"), (22, "New"), (30, "The end")]
    )
    back_to(film, 0)
    assert chapters_of(film.pk) == [
        (0, "Hello"), (10, "Its new name"), (32, "New"), (40, "The end")]  # fmt: skip


def test_words_come_back_whole(film):
    spoken(film)
    before = said(film)
    cut(film, [(0.0, 4.0), (9.0, 60.0)])
    assert [text for *_, text in said(film)] == ["One two", "eight.", SAID[2]]
    cut(film, [(0.0, 3.0), (11.0, 60.0)])
    assert [text for *_, text in said(film)] == ["One", "ten eleven twelve."]
    back_to(film, 1)
    assert [text for *_, text in said(film)] == ["One two", "eight.", SAID[2]]
    back_to(film, 0)
    assert said(film) == before


def test_words_come_back_in_one_step_over_two_cuts(film):
    spoken(film)
    before = said(film)
    cut(film, [(0.0, 4.0), (9.0, 60.0)])
    cut(film, [(0.0, 3.0), (11.0, 60.0)])
    back_to(film, 0)
    assert said(film) == before


def test_words_cut_out_of_the_middle_come_back(film):
    spoken(film)
    before = said(film)
    cut(film, [(0.0, 3.0), (5.0, 60.0)])
    assert said(film)[0][2] == "One four."
    back_to(film, 0)
    assert said(film) == before


def test_a_correction_made_meanwhile_stays(film):
    spoken(film)
    cut(film, [(0.0, 4.0), (10.0, 60.0)])
    cues = film.transcripts.get().current.cues
    cues[0] = {"start": cues[0]["start"], "end": cues[0]["end"], "text": "Won too"}
    write(asset=film, language="en", cues=cues, origin=TranscriptVersion.Origin.EDITED)
    back_to(film, 0)
    assert [text for *_, text in said(film)] == ["Won too", "three four.", SAID[1], SAID[2]]


def test_what_members_wrote_comes_back(film, lesson):
    member = make_member()
    marks = [3, 7, 8, 12, 30, 50]
    for second in marks:
        Bookmark.objects.create(member=member, page=lesson, second=second, label=f"at {second}")
    text = "[0:05](#t=5) [0:07](#t=7) and [here](?t=12), [0:50](#t=50)"
    Note.objects.create(member=member, page=lesson, text=text)
    cut(film, ONCE)
    cut(film, TWICE)
    now_at = sorted(Bookmark.objects.values_list("second", flat=True))
    assert now_at == [3, 5, 6, 7, 8, 10]
    assert Note.objects.get().text == "[0:05](#t=5) [0:05](#t=5) and [here](?t=5), [0:10](#t=10)"
    for number in (1, 0):
        back_to(film, number)
    labels = {mark.second: mark.label for mark in Bookmark.objects.all()}
    assert labels == {second: f"at {second}" for second in marks}
    assert Note.objects.get().text == text
    assert not Dropped.objects.exists()


def test_what_members_wrote_comes_back_in_one_step_and_each_to_its_own_second(film, lesson):
    member = make_member()
    for second in (7, 30):
        Bookmark.objects.create(member=member, page=lesson, second=second)
    text = "[0:15](#t=15) before [0:12](#t=12)"  # after the cut both are at 0:05
    Note.objects.create(member=member, page=lesson, text=text)
    cut(film, ONCE)
    cut(film, TWICE)
    back_to(film, 0)
    assert sorted(Bookmark.objects.values_list("second", flat=True)) == [7, 30]
    assert Note.objects.get().text == text


def test_a_link_at_the_seam_is_not_taken_for_one_that_was_cut_out(film, lesson):
    text = "[0:15](#t=15) before [0:12](#t=12)"
    Note.objects.create(member=make_member(), page=lesson, text=text)
    cut(film, ONCE)
    back_to(film, 0)
    assert Note.objects.get().text == text


def test_a_note_written_on_meanwhile_gets_its_second_back(film, lesson):
    Note.objects.create(member=make_member(), page=lesson, text="[0:12](#t=12) stop")
    cut(film, ONCE)
    note = Note.objects.get()
    note.text = f"[0:02](#t=2) first. {note.text}"
    note.save()
    back_to(film, 0)
    assert Note.objects.get().text == "[0:02](#t=2) first. [0:12](#t=12) stop"


def test_a_version_that_ended_is_gone_back_to_with_everything(film):
    replace_chapters(asset=film, chapters=FIRST)
    cut(film, ONCE)
    former = film.editions.get(number=0)
    again = Edition.objects.create(
        asset=film, number=9, cause="cut", kept=[], line=former.line, facts=former.facts
    )
    flip(again)
    assert chapters_of(film.pk) == FIRST


def test_what_was_watched_of_the_part_that_went_counts_again(film):
    watch = Watch.objects.create(
        member=make_member(), asset=film, site=film.site, watched=[(2, 12), (30, 50)],
        position=3.0, position_at=now(),
    )  # fmt: skip
    for kept in (ONCE, TWICE):
        cut(film, kept)
    assert ranges(watch) == [(2, 10)]
    back_to(film, 1)
    assert ranges(watch) == [(2, 5), (20, 40)]
    back_to(film, 0)
    assert ranges(watch) == [(2, 12), (30, 50)]


def ranges(watch):
    watch.refresh_from_db()
    return [(part.lower, part.upper) for part in watch.watched]
