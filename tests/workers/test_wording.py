"""What was heard becomes captions: joined without doubles, doubted where nobody speaks so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.contract.providers import Heard, HeardSentence, HeardWord
from workers.media.sound import Piece, cut
from workers.media.wording import cues_of

WHOLE = Piece(0.0, 60.0)


def heard(text, start=0.0, each=0.4, sure=0.9, **more):
    words = tuple(
        HeardWord(start + n * each, start + (n + 1) * each, word, sure)
        for n, word in enumerate(text.split())
    )
    return HeardSentence(start, start + len(words) * each, text, words, **more)


def cues(*sentences, silences=()):
    return cues_of([(WHOLE, Heard("en", sentences))], silences)


def texts(found):
    return [cue["text"] for cue in found]


def test_a_long_sentence_is_cut_to_what_can_be_read():
    found = cues(heard(" ".join(["promise"] * 2 + [f"word{n}" for n in range(60)])))
    assert all(len(cue["text"]) <= 84 and cue["end"] - cue["start"] <= 6.01 for cue in found)
    assert " ".join(texts(found)).split()[-1] == "word59"


def test_a_pause_and_a_full_stop_end_a_cue():
    found = cues(
        heard("Write that sentence down right now. Then stop."), heard("Later more.", start=9)
    )
    assert texts(found) == ["Write that sentence down right now.", "Then stop.", "Later more."]


def test_words_without_times_are_spread_over_their_sentence():
    found = cues(HeardSentence(2, 4, "one two three four"))
    assert [word[0] for word in found[0]["words"]] == [2.0, 2.5, 3.0, 3.5]


def test_stops_come_from_the_text_where_the_words_have_none():
    words = tuple(HeardWord(n, n + 1, word) for n, word in enumerate(("Stop", "now")))
    found = cues(HeardSentence(0, 2, "Stop, now.", words))
    assert [word[2] for word in found[0]["words"]] == ["Stop,", "now."]


def said(text, *words, each=0.5):
    heard_words = tuple(HeardWord(n * each, (n + 1) * each, word) for n, word in enumerate(words))
    return HeardSentence(0, len(words) * each, text, heard_words)


def test_words_are_laid_over_the_text_that_they_part_otherwise():
    found = cues(said("It's twenty-one, “isn't” it?", "It's", "twenty", "one", "isn't", "it"))
    assert texts(found) == ["It's twenty-one, “isn't” it?"]
    assert [word[2] for word in found[0]["words"]] == ["It's", "twenty-one,", "“isn't”", "it?"]
    assert [word[:2] for word in found[0]["words"]] == [[0, 0.5], [0.5, 1.5], [1.5, 2], [2, 2.5]]


def test_a_word_that_the_text_writes_otherwise_loses_no_text():
    found = cues(
        said("We sold 25 cars, then more.", "We", "sold", "twenty", "five", "cars", "then", "more")
    )
    assert texts(found) == ["We sold 25 cars, then more."]
    assert [word[0] for word in found[0]["words"]][:4] == [0, 0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    "text, words",
    [
        ("今天天气很好，我们去公园吧。", ("今天", "天气", "很", "好", "我们", "去", "公园", "吧")),
        ("今日はPythonを使う。", ("今日", "は", "Python", "を", "使う")),
        ("สวัสดีครับ วันนี้", ("สวัสดี", "ครับ", "วันนี้")),
    ],
)
def test_what_is_written_without_spaces_gets_none(text, words):
    found = cues(said(text, *words))
    assert texts(found) == [text]
    assert [word[2] for word in found[0]["words"]] == text.split()
    assert found[0]["end"] == len(words) * 0.5


def test_a_long_sentence_without_spaces_is_cut_to_what_can_be_read():
    text = "我们今天要讲的第一件事情就是怎样每天早上写下一个小小的承诺，" * 4
    for sentence in (said(text, *text.replace("，", ""), each=0.1), HeardSentence(0, 12, text)):
        found = cues(sentence)
        assert "".join(texts(found)) == text
        assert all(len(one) <= 42 and not one.startswith("，") for one in texts(found))
        assert len(found) >= 4


def test_sentences_of_chinese_are_joined_without_a_space():
    one, other = said("你好。", "你", "好"), said("再见。", "再", "见")
    assert texts(cues(one, replace(other, start=1.0, end=2.0, words=()))) == ["你好。再见。"]


def test_a_word_nobody_is_sure_of_is_marked():
    found = cues(heard("close their", sure=0.95), heard("airbox", start=0.8, sure=0.25))
    assert found[0]["flags"] == ["unsure"]
    assert "flags" not in cues(heard("quite sure"))[0]


@pytest.mark.parametrize("row", ["thank you", "no", "so we go on and on from here"])
def test_a_loop_is_flagged(row):
    found = cues(heard("It begins well. " + " ".join([row] * 6), each=0.2))
    assert "flags" not in found[0]
    assert all(cue["flags"] == ["loop"] for cue in found[1:])
    assert cues(heard("fine text", compression=3.1))[0]["flags"] == ["loop"]


def test_what_people_repeat_is_no_loop():
    assert all("flags" not in cue for cue in cues(heard("No, no, no. That is very very good.")))


def test_speech_in_a_silence_is_flagged_whoever_noticed():
    invented = heard("Thanks for watching.", start=20)
    assert cues(invented, silences=[(19.5, 25.0)])[0]["flags"] == ["silence"]
    assert cues(heard("Thanks.", silence=0.9))[0]["flags"] == ["silence"]
    assert "flags" not in cues(invented, silences=[(20.5, 20.9)])[0]


@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_what_two_pieces_share_stands_once(shift):
    first = heard("one two three four five six", each=1)
    second = heard("four five six seven eight", start=shift, each=1)
    pieces = [(Piece(0, 6), first), (Piece(3, 9, overlap=3), second)]
    found = cues_of([(piece, Heard("en", (one,))) for piece, one in pieces])
    assert " ".join(texts(found)) == "one two three four five six seven eight"


def test_pieces_that_heard_nothing_alike_are_parted_in_the_middle():
    first, second = heard("a b c d e f", each=1), heard("u v w x y", each=1)
    pieces = [(Piece(0, 6), first), (Piece(2, 8, overlap=4), second)]
    found = cues_of([(piece, Heard("en", (one,))) for piece, one in pieces])
    assert " ".join(texts(found)) == "a b c d w x y"


def test_a_sound_is_cut_in_its_longest_silences():
    silences = [(40, 40.4), (52, 54), (88, 88.3), (101, 101.4)]
    found = cut(150.0, silences, 60.0)
    assert [(piece.start, piece.end) for piece in found] == [(0, 53), (53, 101.2), (101.2, 150)]
    assert all(piece.overlap == 0 for piece in found)


def test_without_a_silence_pieces_overlap():
    found = cut(100.0, [], 60.0)
    assert found == [Piece(0, 60), Piece(56, 100, overlap=4)]
    assert all(piece.end - piece.start <= 60 for piece in cut(1000, [], 60.0))
