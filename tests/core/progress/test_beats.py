"""Merging: in any order the union; seeking proves nothing; the newest position wins."""

import json
import uuid

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.progress import beats
from core.progress.beats import Beat, read_beat
from core.progress.errors import BadBeat, NothingToWatch
from core.progress.merging import merge
from core.progress.models import Watch

NOW = 1_800_000_000.0
spans = st.tuples(st.integers(0, 110), st.integers(0, 60)).map(lambda s: (s[0], s[0] + s[1]))
in_the_database = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def say(member, asset, lesson, site):
    def say(*ranges, position=0.0, at=NOW, **over):
        who = {"member": member.pk, "asset": asset.pk, "site": site.pk, "page": lesson.pk}
        return merge(**{**who, **over}, ranges=ranges, position=position, at=at)

    return say


def watched(asset) -> set[int]:
    row = Watch.objects.get(asset=asset)
    return {second for r in row.watched for second in range(r.lower, r.upper)}


@in_the_database
@given(said=st.lists(st.lists(spans, max_size=5), min_size=1, max_size=6), seed=st.randoms())
def test_beats_in_any_order_are_the_union_of_what_they_say(say, asset, said, seed):
    Watch.objects.all().delete()
    shuffled = [*said, *said[:2]]  # some arrive twice
    seed.shuffle(shuffled)
    for ranges in shuffled:
        say(*ranges)
    union = {s for ranges in said for start, end in ranges for s in range(start, end)}
    assert watched(asset) == {s for s in union if s < 101}
    assert Watch.objects.get().seconds == len(watched(asset))


@in_the_database
@given(said=st.lists(st.lists(spans, max_size=3), min_size=1, max_size=6))
def test_what_was_watched_never_shrinks(say, said):
    Watch.objects.all().delete()
    counts = [say(*ranges).seconds for ranges in said]
    assert counts == sorted(counts)


def test_seeking_to_the_end_proves_nothing(say):
    merged = say(position=100.0)
    assert (merged.seconds, merged.position, merged.is_due) == (0, 100.0, False)


def test_the_newest_position_wins_whatever_arrives_last(say):
    say((0, 10), position=10, at=NOW)
    late = say((20, 30), position=30, at=NOW - 60)
    assert (late.seconds, late.position) == (20, 10)
    assert say(position=5, at=NOW + 1).position == 5


def test_a_range_ends_where_the_asset_ends(say, asset):
    say((90, 5000), position=9000)
    assert (max(watched(asset)), Watch.objects.get().position) == (100, 100.4)


def test_a_page_is_due_at_its_percent_of_whole_seconds(say):
    assert say((0, 89)).is_due is False
    assert say((89, 90)).is_due is True
    assert say(percent=91).is_due is False
    assert say(percent=0).is_due is False


def test_the_last_fraction_of_a_second_is_not_asked_for(say):
    assert say((0, 100), percent=100).is_due is True


def test_a_page_that_was_removed_leaves_the_watch(say):
    assert say((0, 100), page=999_999).is_due is False
    assert Watch.objects.get().page_id is None


def test_an_asset_of_another_site_is_refused(say):
    with pytest.raises(NothingToWatch):
        say((0, 10), site=999_999)
    with pytest.raises(NothingToWatch):
        say((0, 10), asset=uuid.uuid4())
    assert not Watch.objects.exists()


def test_a_member_who_left_is_refused(say):
    with connection.cursor() as cursor:  # as at the commit of a statement of its own
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(NothingToWatch):
        say((0, 10), member=999_999)


def test_a_beat_costs_one_statement(say, django_assert_num_queries):
    with django_assert_num_queries(1):
        say((0, 10), (20, 30))


def test_two_hundred_ranges_fit_in_one_beat(say):
    assert say(*((i, i + 1) for i in range(0, 100, 2))).seconds == 50


def body(**said) -> bytes:
    return json.dumps({"ranges": [[0, 15.2]], "position": 15.2, "at": NOW * 1000} | said).encode()


def test_a_beat_is_read_in_whole_seconds_that_meet():
    first = read_beat(body(ranges=[[0, 15.2]]), now=NOW)
    second = read_beat(body(ranges=[[15.2, 30.6]]), now=NOW)
    assert first == Beat(ranges=((0, 15),), position=15.2, at=NOW)
    assert second.ranges == ((15, 31),)


def test_a_beat_may_say_whose_seconds_it_has():
    assert read_beat(body(), now=NOW).edition is None
    assert read_beat(body(edition=None), now=NOW).edition is None
    assert read_beat(body(edition=3), now=NOW).edition == 3


def test_a_clock_from_the_future_is_set_back():
    assert read_beat(body(at=NOW * 2000), now=NOW).at == NOW + beats.CLOCK_AHEAD


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"[]",
        b"nonsense",
        b"\xff\xfe",
        b"[" * 5000,
        b"{" + b" " * beats.MAX_BODY + b"}",
        body(ranges="all"),
        body(ranges=[[0]]),
        body(ranges=[[0, 1, 2]]),
        body(ranges=[["0", "9"]]),
        body(ranges=[[9, 0]]),
        body(ranges=[[-1, 9]]),
        body(ranges=[[0, 1e300]]),
        body(ranges=[[True, 9]]),
        body(ranges=[[0, 1]] * (beats.MAX_RANGES + 1)),
        body(position="x"),
        body(position=None),
        body(position=-1),
        body(at=None),
        body(at=-5),
        body(at=10**3000),
        body(edition="0"),
        body(edition=-1),
        body(edition=2**31),
        body(edition=[0]),
        b'{"ranges": [[0, NaN]], "at": 1}',
        b'{"ranges": [], "at": Infinity}',
        b'{"ranges": [], "at": 1e999}',
    ],
)
def test_nonsense_is_refused_in_words(nonsense):
    with pytest.raises(BadBeat) as refusal:
        read_beat(nonsense, now=NOW)
    assert str(refusal.value)


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_read_or_refused(anything):
    try:
        beat = read_beat(anything, now=NOW)
    except BadBeat:
        return
    assert all(0 <= start < end for start, end in beat.ranges)


def test_the_merge_is_what_postgres_runs(say):
    """The generated column and the multirange agree on what was watched."""
    say((0, 10), (20, 30))
    with connection.cursor() as cursor:
        cursor.execute("SELECT watched::text, seconds FROM core_watch")
        assert cursor.fetchall() == [("{[0,10),[20,30)}", 20)]
