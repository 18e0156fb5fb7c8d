"""Captions as people really have them are read; what cannot be read is named by its line."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.media.chapters.proposing import proposed
from core.media.errors import BadCues
from core.media.transcripts.subtitles import read
from core.media.transcripts.timing import retimed
from core.media.transcripts.webvtt import srt, webvtt

VTT = "WEBVTT - a title\n\nNOTE\nnot --this\n\n1\n00:01.500 --> 00:02.000 align:start\nHello\nyou\n"
SRT = "1\n00:00:01,500 --> 00:00:02,000\nHello\nyou\n\n2\n00:00:03,0 --> 00:00:04\nBye\n"
HELLO = {"start": 1.5, "end": 2.0, "text": "Hello\nyou"}


@pytest.mark.parametrize(
    "data",
    [
        VTT.encode(),
        VTT.replace("\n", "\r\n").encode("utf-8-sig"),
        VTT.replace("\n", "\r").encode("utf-16"),
        SRT.encode(),
        SRT.replace("\n\n2\n", "\n2\n").encode(),
        SRT.replace("00:00:0", "0:0").encode(),
    ],
)
def test_what_people_have_is_read(data):
    cues = read(data)
    assert cues[0] == HELLO
    assert [cue["text"] for cue in cues[1:]] in ([], ["Bye"])


def test_an_old_encoding_keeps_its_letters():
    data = SRT.replace("Hello", "Schöne Grüße – “so”").encode("cp1252")
    assert read(data)[0]["text"] == "Schöne Grüße – “so”\nyou"


def test_tags_go_and_what_only_looks_like_one_stays():
    said = r"{\an8}<i>2 < 3</i> &amp; <v Mara>I <c.red>love</c> <00:01.700>it</v> &lt;3"
    assert read(SRT.replace("Hello", said).encode())[0]["text"] == "2 < 3 & I love it <3\nyou"


@pytest.mark.parametrize(
    "language, encoding, said",
    [
        ("ru", "cp1251", "Привет, мир"),
        ("uk_UA", "cp1251", "Зв’язок"),
        ("pl", "cp1250", "Zażółć gęślą jaźń"),
        ("el", "cp1253", "Καλημέρα"),
        ("ja", "shift_jis", "おはよう"),
        ("zh", "gb2312", "你好"),
        ("zh-TW", "big5", "謝謝"),
        ("pt-BR", "cp1252", "Você"),
        ("ja", "cp1252", "é"),  # the language was chosen wrongly, and cannot be read so
        ("", "utf-16-le", "Привет"),
        ("ru", "utf-16-be", "Привет"),
        ("zh", "utf-16-le", "你好" * 30),
    ],
)
def test_a_file_is_read_as_its_language_was_written(language, encoding, said):
    data = SRT.replace("Hello", said).encode(encoding)
    assert read(data, language)[0]["text"] == f"{said}\nyou"


@pytest.mark.parametrize(
    "said, text",
    [
        ("Use the &lt;div&gt; element,\nif a<b and c>d", "Use the <div> element,\nif a<b and c>d"),
        ("List<T>, <html>, x <5> y, 1 <2:3> 4", "List<T>, <html>, x <5> y, 1 <2:3> 4"),
        ("&lt;i&gt; is italic, &amp;lt; is less", "<i> is italic, &lt; is less"),
        ('<font color="#fff">A</font><BR/>B <s>no</s>', "A\nB no"),
        (
            "<ruby>字<rt>ji</rt></ruby> <lang en-GB>so</lang> <c.a.b>it</c> <v>is</v>",
            "字ji so it is",
        ),
    ],
)
def test_only_the_tags_of_captions_are_taken_for_tags(said, text):
    assert read(SRT.replace("Hello", said).encode())[0]["text"] == f"{text}\nyou"


@pytest.mark.parametrize(
    "data, words",
    [
        (SRT.replace("00:00:03,0", "three"), "Line 7: “three --> 00:00:04” is no time"),
        (SRT.replace("00:00:03,0", "00:00:05,0"), "Line 7: the caption ends before it begins"),
        (SRT.replace("Bye", f"&#{'9' * 5000};"), "Line 7: its caption holds a “&#…”"),
        ("just words", "holds no captions"),
        ("", "holds no captions"),
        ("\0" * 100, "holds no captions"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(data, words):
    with pytest.raises(BadCues, match=words):
        read(data.encode())


def test_what_is_too_large_is_refused():
    with pytest.raises(BadCues, match="larger than 5 MB"):
        read(b"x" * (5 * 2**20 + 1))


HOSTILE = (r"{\an8", "<i", "<1", "</c.", "<c.a", "<v ", "<br ", "&#1", "&lt", "<i>{\\x}\n", "- ")


@pytest.mark.parametrize("part", HOSTILE)
def test_what_is_made_to_be_slow_is_read_at_once(part):
    began = process_time()
    for said in (part * (320_000 // len(part)), f"00:01 -{part * 80_000}-> 00:02"):
        with suppress(BadCues):
            read(b"1\n00:01 --> 00:02\n" + said.encode())
    assert process_time() - began < 5


TEXT = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=40
)
CUES = st.lists(st.tuples(st.integers(0, 3_600_000), st.integers(50, 9_000), TEXT), min_size=1)


@given(CUES)
def test_what_is_written_is_read_again(rows):
    cues = [{"start": at / 1000, "end": (at + n) / 1000, "text": text} for at, n, text in rows]
    try:
        first = read(webvtt(cues).encode())
    except BadCues:
        return
    assert read(webvtt(first).encode()) == first
    assert [(c["start"], c["end"]) for c in read(srt(first).encode())] == [
        (c["start"], c["end"]) for c in first
    ]


def test_what_looks_like_a_tag_comes_back_from_subrip():
    cues = [{"start": 0.0, "end": 1.0, "text": "Use <b>, <br> and <div>"}]
    assert [cue["text"] for cue in read(srt(cues).encode())] == [cues[0]["text"]]


@given(st.binary(max_size=400))
def test_junk_is_refused_or_read_and_never_breaks(data):
    try:
        found = read(b"1\n00:01 --> 00:02\n" + data)
    except BadCues:
        return
    assert all(cue["text"] for cue in found)


def test_corrected_words_keep_their_time_and_are_certain():
    words = [[0, 1, "close", 0.9], [1, 2, "airbox", 0.2], [2, 3, "now.", 0.9]]
    assert retimed("Close their books now.", words, 0, 3) == [
        [0, 1, "Close", 0.9],
        [1, 1.5, "their", 1.0],
        [1.5, 2.0, "books", 1.0],
        [2, 3, "now.", 0.9],
    ]


def test_a_change_of_subject_after_a_pause_is_proposed():
    bread = ["The flour and water make dough.", "Knead the dough with flour.", "Dough needs water."]
    sails = ["A sail catches the wind.", "Trim the sail into wind.", "The wind fills the sail."]
    cues = []
    for n, text in enumerate(bread * 4):
        cues.append({"start": n * 4.0, "end": n * 4.0 + 3.9, "text": text})
    for n, text in enumerate(sails * 4):
        cues.append({"start": 50 + n * 4.0, "end": 50 + n * 4.0 + 3.9, "text": text})
    assert proposed(cues) == [
        (0.0, "The flour and water make dough"),
        (50.0, "A sail catches the wind"),
    ]
    assert proposed(cues[:3]) == []
