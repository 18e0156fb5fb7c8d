"""What members keep by an asset's seconds goes along with a cut."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.contract import ask
from core.media.editing import shelving
from core.media.editing.models import Edition
from core.media.editing.queries import playing
from core.media.editing.services import flip
from core.media.models import Asset
from core.members.models import Member
from core.playback.tokens import Claims
from core.progress.beats import Beat
from core.progress.errors import NothingToWatch
from core.progress.models import Bookmark, Completion, Note, Watch
from core.progress.queries import seen_of
from core.progress.services import record

KEPT = [(0.0, 10.5), (20.3, 60.0)]


@pytest.fixture
def film(site):
    probe = {"duration": 60.0, "video_codec": "h264", "frame_rate": 25.0}
    return Asset.objects.create(
        site=site, title="Film", duration=60.0, probe=probe, status="ready", playable_at=now()
    )


@pytest.fixture
def watched(member, film):
    def keep(*ranges, position=0.0, who=member):
        return Watch.objects.create(
            member=who,
            asset=film,
            site=film.site,
            watched=list(ranges),
            position=position,
            position_at=now(),
        )

    return keep


def cut(film, kept=KEPT):
    """Let a version that was prepared play."""
    playing(film)
    newest = film.editions.first().number
    edition = Edition.objects.create(
        asset=film,
        number=newest + 1,
        cause="cut",
        kept=[list(one) for one in kept],
        line=[[0.0, 172800.0, 0.0]],
        facts={
            "probe": film.probe,
            "duration": sum(b - a for a, b in kept) or 60.0,
            "provider": "ffmpeg",
        },
    )
    flip(edition)
    film.refresh_from_db()
    return edition


def ranges(watch):
    watch.refresh_from_db()
    return [(part.lower, part.upper) for part in watch.watched]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([(0, 60)], [(0, 50)]),  # all of it, joined where the cut closed
        ([(5, 30)], [(5, 20)]),
        ([(0, 10)], [(0, 10)]),
        ([(12, 20)], []),  # all of that was cut out
        ([(15, 25)], [(11, 15)]),
        ([(0, 2), (30, 40), (59, 60)], [(0, 2), (20, 30), (49, 50)]),
        ([], []),
    ],
)
def test_what_was_watched_moves_with_the_cut(film, watched, before, after):
    watch = watched(*before)
    cut(film)
    assert ranges(watch) == after


@pytest.mark.parametrize(
    ("before", "after"), [(5.0, 5.0), (10.4, 10.4), (15.0, 10.5), (20.3, 10.5), (60.0, 50.2)]
)
def test_a_position_lands_where_the_cut_closed(film, watched, before, after):
    watch = watched((0, 60), position=before)
    cut(film)
    watch.refresh_from_db()
    assert watch.position == pytest.approx(after)


def test_nobody_elses_film_is_moved(film, watched, asset, member):
    watch = watched((0, 60))
    other = Watch.objects.create(
        member=member, asset=asset, site=asset.site, watched=[(0, 60)], position_at=now()
    )
    cut(film)
    assert (ranges(watch), ranges(other)) == ([(0, 50)], [(0, 60)])


def test_a_completed_lesson_stays_completed(film, watched, lesson, member):
    lesson.video = film
    lesson.save_revision().publish()
    Completion.objects.create(member=member, page=lesson)
    watched((12, 20))
    cut(film)
    assert Completion.objects.filter(member=member, page=lesson).exists()


def test_marks_and_links_in_notes_move(film, lesson, member):
    lesson.video = film
    lesson.save_revision().publish()
    for second in (5, 12, 15, 30, None):
        Bookmark.objects.create(member=member, page=lesson, second=second)
    text = "See [0:30](#t=30) and [here](?t=15), not 0:30. [1:00](/x/?t=60) [0:31](?t=30)"
    Note.objects.create(member=member, page=lesson, text=text)
    cut(film)
    seconds = Bookmark.objects.order_by("pk").values_list("second", flat=True)
    assert sorted(seconds, key=lambda one: -1 if one is None else one) == [None, 5, 10, 11, 20]
    note = Note.objects.get()
    wanted = "See [0:20](#t=20) and [here](?t=10), not 0:30. [0:50](/x/?t=50) [0:31](?t=20)"
    assert note.text == wanted
    assert note.version == 2
    assert "#t=20" in note.html


def claims_of(member, film):
    film.refresh_from_db()
    return Claims(
        member_id=member.pk,
        site_id=film.site_id,
        asset_id=film.pk,
        page_id=None,
        expires_at=2**31,
        began_at=0,
        edition=film.edition,
    )


def test_a_player_of_the_former_version_is_counted_by_its_own_seconds(film, member, watched):
    watched((0, 4))
    first = claims_of(member, film)
    cut(film)
    record(first, Beat(ranges=((18, 30),), position=30.0, at=now().timestamp() + 5))
    seen = seen_of(member, film)
    assert seen.ranges == ((0, 4), (11, 20))  # 20.3 of the former is 10.5 of what plays now
    assert seen.position == pytest.approx(20.2)


def test_a_player_of_what_plays_now_is_taken_at_its_word(film, member):
    cut(film)
    record(claims_of(member, film), Beat(ranges=((18, 30),), position=30.0, at=now().timestamp()))
    assert seen_of(member, film).ranges == ((18, 30),)


def test_a_beat_that_was_kept_is_counted_by_its_own_seconds_under_any_token(film, member):
    first = claims_of(member, film)
    beat = Beat(ranges=((30, 50),), position=50.0, at=1_700_000_000.0, edition=0)
    record(first, beat)  # as the page went
    cut(film)
    moved = seen_of(member, film)
    assert (moved.ranges, moved.position) == (((20, 40),), pytest.approx(40.2))
    record(claims_of(member, film), beat)  # the next visit, which does not know that it arrived
    assert seen_of(member, film) == moved


@pytest.mark.parametrize("edition", [1, 7, 2**31 - 1])
def test_a_beat_of_no_edition_of_its_film_is_refused(film, member, edition):
    claims = claims_of(member, film)
    with pytest.raises(NothingToWatch):
        record(claims, Beat(ranges=((0, 9),), position=9.0, at=1.0, edition=edition))
    cut(film)
    with pytest.raises(NothingToWatch):
        record(claims, Beat(ranges=((0, 9),), position=9.0, at=1.0, edition=max(edition, 2)))
    assert not Watch.objects.exists()


def test_however_many_members_the_statements_are_as_many(film, lesson, watched):
    lesson.video = film
    lesson.save_revision().publish()

    def count(number):
        for one in range(number):
            person = Member.objects.create_user(f"{number}-{one}@lectern.example", "s3cret")
            watched((0, 60), who=person)
            Bookmark.objects.create(member=person, page=lesson, second=30)
            Note.objects.create(member=person, page=lesson, text="[0:30](#t=30)")
        with CaptureQueriesContext(connection) as spent:
            cut(film, [(0.0, 20.0)])  # none of the marks has a place
        cut(film)
        return len(spent)

    cut(film)  # the first one also writes down what played before
    count(2)
    assert count(1) == count(20)


def test_everybody_who_keeps_seconds_says_how_many(film, lesson, watched):
    lesson.video = film
    lesson.save_revision().publish()
    watched((0, 60))
    counts = [one.count(film) for one in ask("anchors", site_id=film.site_id)]
    assert sorted(counts) == [0, 0, 0, 0, 1]


def test_a_round_trip_keeps_what_was_kept(film, watched):
    watch = watched((0, 10), (30, 40))
    cut(film)
    assert ranges(watch) == [(0, 10), (20, 30)]
    flip(film.editions.get(number=0))
    assert ranges(watch) == [(0, 10), (30, 40)]


def test_what_an_anchor_raises_leaves_everything(film, watched, monkeypatch):
    watch = watched((0, 60))

    def refuse(edition, asset):
        raise RuntimeError("no")

    monkeypatch.setattr(shelving, "bring_out", refuse)
    with pytest.raises(RuntimeError):
        cut(film)
    film.refresh_from_db()
    assert (film.edition, ranges(watch)) == (0, [(0, 60)])
