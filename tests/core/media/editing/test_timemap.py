"""The map from one version's seconds to another's, for any cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.media.editing.timemap import (
    NOTHING,
    aligned,
    joined,
    length_of,
    of_kept,
    unchanged,
    without,
)

WHOLE = 100.0
seconds = st.integers(0, 100_000).map(lambda one: one / 1000)


@st.composite
def cuts(draw):
    marks = sorted(draw(st.lists(st.integers(0, 1000), min_size=2, max_size=12, unique=True)))
    return [(a / 10, b / 10) for a, b in zip(marks[::2], marks[1::2], strict=False)]


def close(one, other):
    return abs(one - other) < 1e-6


@given(seconds)
def test_without_a_cut_every_second_stays(second):
    assert unchanged(WHOLE + 1).at(second) == second


@given(cuts(), seconds, seconds)
def test_time_never_runs_backwards(kept, one, other):
    way = of_kept(kept)
    early, late = sorted((one, other))
    assert way.near(early) <= way.near(late) + 1e-9


@given(cuts(), seconds)
def test_a_kept_second_is_found_again_and_a_cut_one_is_not(kept, second):
    way = of_kept(kept)
    found = way.at(second)
    if any(start <= second < end for start, end in kept):
        assert found is not None
        back = way.inverse().at(found)
        assert back is None or close(back, second)
        assert 0 <= found < length_of(kept) + 1e-9
    else:
        assert found is None


@given(cuts(), cuts(), seconds)
def test_from_cut_to_cut_is_the_way_over_the_original(one, other, second):
    there = of_kept(one).inverse()
    on = of_kept(other)
    both = there.then(on)
    original = there.at(second)
    expected = None if original is None else on.at(original)
    found = both.at(second)
    if found is None or expected is None:  # at an edge, the last bit of a float decides
        edges = {end for one in (*there.pieces, *both.pieces) for end in (one.start, one.end)}
        assert found is expected or any(close(second, edge) for edge in edges)
    else:
        assert close(found, expected)


@given(cuts())
def test_there_and_back_keeps_what_was_kept(kept):
    way = of_kept(kept)
    again = way.then(way.inverse())
    assert all(close(one.start, one.at) for one in again.pieces)
    assert close(sum(one.end - one.start for one in again.pieces), length_of(kept))


@given(cuts())
def test_what_is_cut_out_and_what_is_kept_are_the_whole(removed):
    kept = without(removed, WHOLE)
    assert close(length_of(kept) + length_of(joined(removed)), WHOLE)
    assert without(kept, WHOLE) == joined(removed)


@given(cuts(), seconds, seconds)
def test_a_range_keeps_as_many_seconds_as_were_kept_of_it(kept, one, other):
    start, end = sorted((one, other))
    left = of_kept(kept).span(start, end)
    expected = sum(max(min(end, b) - max(start, a), 0) for a, b in kept)
    assert abs(length_of(left) - expected) < NOTHING * (len(kept) + 1)


def test_a_range_across_a_cut_is_one_range_after_it():
    way = of_kept([(0, 10.5), (20.3, 60)])
    assert way.span(5, 30) == [(5, 20.2)]
    assert way.near(15) == 10.5
    assert way.at(15) is None
    assert way.near(99) == way.end == 50.2


def test_a_file_that_starts_later_moves_everything_and_clips_at_its_end():
    way = aligned(before=60, after=60, offset=5)
    assert way.at(0) == 5
    assert way.at(54.5) == 59.5
    assert way.at(55) is None
    earlier = aligned(before=60, after=60, offset=-5)
    assert earlier.at(4) is None
    assert earlier.near(4) == 0
    assert earlier.at(5) == 0


def test_a_file_that_leaves_ranges_out():
    way = aligned(before=60, after=50, removed=[(10, 20)])
    assert way.at(9) == 9
    assert way.at(15) is None
    assert way.at(25) == 15
    assert way.end == 50


def test_a_shorter_file_clips():
    assert aligned(before=60, after=40).at(39) == 39
    assert aligned(before=60, after=40).at(41) is None


def test_a_file_that_leaves_everything_out_has_no_place_for_anything():
    assert aligned(before=60, after=60, removed=[(0, 60)]).pieces == ()
    assert of_kept([]).at(0) is None


def test_a_range_that_is_none_cuts_nothing():
    for one in ((40, 20), (20, 20), (float("nan"), 20)):
        assert without([one], 60) == [(0, 60)]
