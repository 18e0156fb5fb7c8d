"""Reads: right numbers, in one query whatever the length."""

import pytest

from core.access.queries import reach_of
from core.media.models import Asset
from core.members.models import Member
from core.progress import queries, services
from core.progress.merging import merge
from core.progress.models import Watch
from core.progress.queries import State, Tally
from pages.models import Lesson

NOW = 1_800_000_000.0


@pytest.fixture
def watch(member, site):
    def watch(lesson, *ranges, position=10.0, by=None, at=NOW):
        return merge(
            member=(by or member).pk,
            asset=lesson.video_id,
            site=site.pk,
            page=lesson.pk,
            ranges=ranges,
            position=position,
            at=at,
        )

    return watch


def lessons_of(program):
    return Lesson.objects.live().descendant_of(program)


def test_states_of_pages(member, add_module, watch, django_assert_num_queries):
    first, second = Lesson.objects.child_of(add_module(2)).order_by("path")
    watch(first, (0, 30), position=30)
    services.mark_complete(member=member, page=second)
    with django_assert_num_queries(1):
        states = queries.states(member, [first.pk, second.pk])
    assert states[first.pk] == State(fraction=0.5, position=30, duration=60)
    assert states[first.pk].seconds_left == 30
    assert states[second.pk].is_completed
    assert queries.states(member, []) == {}


def test_an_asset_on_two_pages_counts_on_both(member, add_module, watch):
    module = add_module(2)
    first, second = Lesson.objects.child_of(module).order_by("path")
    Lesson.objects.filter(pk=second.pk).update(video=first.video)
    watch(first, (0, 30))
    states = queries.states(member, {first.pk: first.video_id, second.pk: first.video_id})
    assert [states[page.pk].fraction for page in (first, second)] == [0.5, 0.5]


def test_a_neighbours_progress_is_nobodys(other, add_module, watch, program):
    lesson = Lesson.objects.child_of(add_module(1)).get()
    watch(lesson, (0, 60))
    assert queries.states(other, [lesson.pk]) == {lesson.pk: State()}
    assert queries.rollup(other, lessons_of(program)).of(program).watched == 0


@pytest.mark.parametrize("length", [1, 30])
def test_reads_cost_one_query_whatever_the_length(
    length, member, program, add_module, watch, site, django_assert_num_queries
):
    for lesson in Lesson.objects.child_of(add_module(length)):
        watch(lesson, (0, 30))
    ids = list(lessons_of(program).values_list("pk", flat=True))
    with django_assert_num_queries(1):
        assert len(queries.states(member, ids)) == length
    with django_assert_num_queries(1):
        assert queries.rollup(member, lessons_of(program)).of(program).lessons == length
    with django_assert_num_queries(1):
        assert queries.next_lesson(member, lessons_of(program)).pk == ids[0]
    reach = reach_of(member, site)
    with django_assert_num_queries(1):
        begun = queries.continue_watching(reach, limit=30)
        assert [item.page.title for item in begun][:1] == [f"Lesson {length - 1}"]
        assert {item.asset.duration for item in begun} == {60}


def test_a_rollup_sums_modules_into_a_program(member, program, add_module, watch):
    one, two, empty = add_module(2), add_module(1, duration=100.6), add_module(0)
    first, second = Lesson.objects.child_of(one).order_by("path")
    watch(first, (0, 60))
    watch(second, (0, 30))
    services.mark_complete(member=member, page=first)
    rollup = queries.rollup(member, lessons_of(program))
    assert rollup.of(one) == Tally(2, 1, 90, 120, second.path)
    assert rollup.of(two).seconds_fraction == 0
    assert rollup.of(empty) == Tally()
    whole = rollup.of(program)
    assert (whole.lessons, whole.completed, whole.duration) == (3, 1, 220)
    assert whole.next_path == second.path
    assert whole.fraction == pytest.approx(1 / 3)


def test_a_lesson_without_a_video_counts_as_a_lesson(member, program, add_module):
    lesson = Lesson.objects.child_of(add_module(1, video=None)).get()
    assert queries.rollup(member, lessons_of(program)).of(program) == Tally(1, 0, 0, 0, lesson.path)


def test_a_visitor_has_no_progress(program, add_module, db):
    add_module(1)
    nobody = Member()
    tally = queries.rollup(nobody, lessons_of(program)).of(program)
    assert (tally.lessons, tally.completed, tally.watched) == (1, 0, 0)


def test_what_is_completed_or_hidden_is_not_continued(member, site, add_module, watch):
    done, hidden, unseen, begun = Lesson.objects.child_of(add_module(4)).order_by("path")
    for lesson in (done, hidden, begun):
        watch(lesson, (0, 30))
    services.mark_complete(member=member, page=done)
    hidden.unpublish()
    assert [item.page.pk for item in queries.continue_watching(reach_of(member, site))] == [
        begun.pk
    ]
    assert unseen.pk


def test_the_curve_counts_each_member_once_a_bucket(site, member, other, lesson, watch):
    watch(lesson, (0, 2), (4, 6), (50, 60))
    watch(lesson, (0, 100), by=other)
    curve = dict(queries.engagement(lesson.video, buckets=10))
    assert curve == {start: 2 if start in (0, 50) else 1 for start in range(0, 100, 10)}


def test_the_curve_equals_counting_by_hand(site, db):
    asset = Asset.objects.create(site=site, title="Film", duration=97.3)
    seen = [{*range(40), *range(90, 97)}, {*range(30, 95)}, {3, 50, 51}, set()]
    for number, seconds in enumerate(seen):
        Watch.objects.create(
            member=Member.objects.create_user(f"m{number}@lectern.example"),
            asset=asset,
            site=site,
            watched=[(s, s + 1) for s in seconds],
            position_at="2026-01-01T00:00Z",
        )
    by_hand = [
        (start, sum(any(start <= s < start + 5 for s in one) for one in seen))
        for start in range(0, 97, 5)
    ]
    assert queries.engagement(asset, buckets=20) == by_hand


def test_an_unwatched_asset_has_a_flat_curve(asset):
    assert queries.engagement(asset, buckets=4) == [(0, 0), (25, 0), (50, 0), (75, 0)]
    asset.duration = None
    asset.save()
    assert queries.engagement(asset) == []


def test_notes_leave_as_one_file(member, other, site, add_module):
    first, second = Lesson.objects.child_of(add_module(2)).order_by("path")
    services.save_note(member=member, page=second, text="two\n", base_version=0)
    services.save_note(member=member, page=first, text="*one*", base_version=0)
    services.save_note(member=other, page=first, text="theirs", base_version=0)
    assert queries.notes_as_markdown(member, site) == "# Lesson 0\n\n*one*\n\n# Lesson 1\n\ntwo\n"
    assert queries.bookmarks_of(member, first) == []
