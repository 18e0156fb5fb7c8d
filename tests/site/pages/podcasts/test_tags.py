"""What single tags and files of a feed may say, the odd and the hostile among them."""

import json
from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

import pytest

from core.media.errors import BadChapters, BadCues
from pages.podcasts import beside
from pages.podcasts.arriving import read
from pages.podcasts.xml import Channel, File, Item, Person, written

from .elsewhere import HEAD, tag

DEEP = b"[" * 100_000


def element(inside):
    return fromstring(HEAD.format(inside)).find("channel")


@pytest.mark.parametrize(
    ("start", "at"),
    [
        ("62.5", 62.5),
        ("01:02.5", 62.5),
        ("1:02", 62.0),
        ("00:01:02.500", 62.5),
        ("100:00:00", None),
        ("-1", None),
        ("1e3", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_podlove_chapter_begins_in_normal_play_time(start, at):
    chapters = tag("psc:chapters", tag("psc:chapter", start=start, title="One"))
    found = beside.chapters_inside(element(chapters))
    assert found == ([] if at is None else [[at, "One"]])


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (
            [{"startTime": 5, "title": "B"}, {"startTime": 1, "title": "A"}],
            [[1.0, "A"], [5.0, "B"]],
        ),
        ([{"startTime": 1, "title": "A"}, {"startTime": 1, "title": "Twin"}], [[1.0, "A"]]),
        ([{"startTime": 1, "title": "<b>A</b>\nB"}, {"startTime": 2}], [[1.0, "A B"]]),
        ([{"startTime": float("nan"), "title": "A"}, {"startTime": 0, "title": "B"}], [[0.0, "B"]]),
        (
            [{"startTime": 10**30, "title": "A"}, 7, None, {"startTime": 0, "title": 8}],
            [[0.0, "8"]],
        ),
        ([{"startTime": 1, "title": "A" * 900}], [[1.0, "A" * 200]]),
        (
            [{"startTime": n, "title": "A"} for n in range(900)],
            [[float(n), "A"] for n in range(200)],
        ),
    ],
)
def test_chapters_of_a_file_are_made_fit(rows, found, tmp_path):
    file = tmp_path / "chapters.json"
    file.write_text(json.dumps({"chapters": rows}))
    assert beside.chapters_from(file) == found


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"\xff\xfe", DEEP, b'{"chapters": {"a": 1}}'])
def test_a_file_without_chapters_or_captions_says_so(text, tmp_path):
    file = tmp_path / "file.json"
    file.write_bytes(text)
    with pytest.raises(BadChapters, match="no chapters"):
        beside.chapters_from(file)
    with pytest.raises(BadCues, match="no captions"):
        beside.captions_from(file, "application/json")


@pytest.mark.parametrize(
    "row",
    [7, None, {"body": "A"}, {"startTime": "x", "endTime": 1, "body": "A"},
     {"startTime": 10**400, "endTime": 1, "body": "A"}],
)  # fmt: skip
def test_a_segment_that_says_no_time_is_no_caption(row, tmp_path):
    file = tmp_path / "words.json"
    file.write_text(json.dumps({"segments": [row]}))
    with pytest.raises(BadCues, match="no captions"):
        beside.captions_from(file, "application/json")


@pytest.mark.parametrize(
    ("role", "found"),
    [("Host", "host"), ("Co-Host", "co-host"), ("Guest Host", "guest host"), ("", "host"),
     ("Special Guest", "guest"), ("Associate Producer", "producer"), ("Audio Editor", "editor"),
     ("Voice Actor", "narrator"), ("Composer", None)],
)  # fmt: skip
def test_a_role_is_the_nearest_that_has_a_name_here(role, found):
    known, others = beside.persons_in(element(tag("podcast:person", "Ida", role=role)))
    assert [one[1] for one in known] == ([found] if found else [])
    assert others == ([] if found else ["Ida (Composer)"])


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "ida.example", "http://[", "https://x/" * 99]
)
def test_a_link_that_is_none_is_left_behind(href):
    known, _others = beside.persons_in(element(tag("podcast:person", "Ida", href=href)))
    assert known == [["Ida", "host", ""]]


@pytest.mark.parametrize(
    ("told", "found", "unknown"),
    [
        ('<itunes:category text="business"/>', "Business", ""),
        ('<itunes:category text="Arts"><itunes:category text="Knitting"/></itunes:category>',
         "Arts", ""),
        ('<itunes:category text="Knitting"/><itunes:category text="History"/>', "History", ""),
        ('<itunes:category text="Knitting"/>', "", "Knitting"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_category_is_the_first_that_directories_know(told, found, unknown):
    assert beside.category_of(element(told)) == (found, unknown)


def test_a_feeds_picture_leads_where_the_feed_does():
    at = datetime(2024, 5, 1, tzinfo=UTC)
    channel = Channel("Show", "https://x.example/тихая/", "https://x.example/feed", "guid-1", at,
                      image="https://x.example/0.jpg")  # fmt: skip
    found = fromstring(written(channel, [])).find("channel")
    assert found.findtext("image/link") == found.findtext("link")
    assert found.findtext("link").isascii()


def test_what_we_write_we_read(tmp_path):
    at = datetime(2024, 5, 1, tzinfo=UTC)
    file = File("https://x.example/1.mp3", "audio/mpeg", 9)
    item = Item("One", "https://x.example/1", "g-1", at, file,
                is_explicit=True, season=2, number=3, image="https://x.example/1.jpg",
                persons=[Person("Ida", "guest")], transcripts={"en": "https://x.example/1.vtt"},
                chapters="https://x.example/1.json")  # fmt: skip
    channel = Channel("Show", "https://x.example/", "https://x.example/feed", "guid-1", at,
                      author="Ben", email="ben@x.example", category="Education: Courses",
                      image="https://x.example/0.jpg", persons=[Person("Ben")])  # fmt: skip
    (tmp_path / "feed").write_bytes(written(channel, [item]))
    told = read(tmp_path / "feed")
    assert (told.category, told.owner, told.is_locked, told.is_explicit) == (
        "Education: Courses", "ben@x.example", True, False,
    )  # fmt: skip
    assert (told.guid, told.persons, told.kind) == ("guid-1", [["Ben", "host", ""]], "episodic")
    one = told.episodes[0]
    assert (one.is_explicit, one.season, one.number) == (True, 2, 3)
    assert (one.image, one.chapters_url) == (item.image, item.chapters)
    assert one.persons == [["Ida", "guest", ""]]
    assert one.transcripts == [["en", "https://x.example/1.vtt", "text/vtt"]]
    assert one.offers() == {"artwork", "persons", "chapters", "transcript:en"}
