"""Byte ranges as RFC 9110 has them."""

import pytest

from core.playback.ranges import Span, Unsatisfiable, is_unchanged, span_of


def span(value, **headers):
    return span_of({"Range": value, **headers}, size=100, etag='"a"')


@pytest.mark.parametrize(
    "value, expected",
    [
        ("bytes=0-9", Span(0, 10)),
        ("bytes=90-", Span(90, 100)),
        ("bytes=-10", Span(90, 100)),
        ("bytes=-1000", Span(0, 100)),
        ("bytes=50-1000", Span(50, 100)),
        ("bytes=99-99", Span(99, 100)),
        ("BYTES = 0-0", Span(0, 1)),
        ("bytes=0-9,20-29", None),
        ("bytes=0-9, 500-600", None),
        ("bytes=0-" + ",0-" * 40, None),
        ("", None),
        ("bytes", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-1", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("bytes=1-2-3", None),
        ("bytes=0x1-2", None),
        ("seconds=1-2", None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_a_range_is_read_or_ignored(value, expected):
    assert span(value) == expected


@pytest.mark.parametrize("value", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=200-,300-"])
def test_a_range_beyond_the_end_is_unsatisfiable(value):
    with pytest.raises(Unsatisfiable):
        span(value)


def test_if_range_must_name_this_very_file():
    assert span("bytes=0-9", **{"If-Range": '"a"'}) == Span(0, 10)
    assert span("bytes=0-9", **{"If-Range": '"b"'}) is None
    assert span("bytes=0-9", **{"If-Range": 'W/"a"'}) is None
    assert span("bytes=0-9", **{"If-Range": "Sat, 29 Oct 1994 19:43:31 GMT"}) is None


def test_if_none_match_compares_weakly():
    assert is_unchanged({"If-None-Match": '"b", W/"a"'}, '"a"')
    assert is_unchanged({"If-None-Match": "*"}, '"a"')
    assert not is_unchanged({"If-None-Match": '"b"'}, '"a"')
    assert not is_unchanged({}, '"a"')
