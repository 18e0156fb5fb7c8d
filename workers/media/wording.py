"""From what was heard, piece by piece, to captions: joined, doubted, and cut to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby

from core.contract.providers import Heard, HeardSentence, HeardWord
from core.media.transcripts.cues import Cue
from core.media.transcripts.scripts import Unit, begins_unspaced, units
from core.media.transcripts.spoken import Spoken, cued

from .sound import Piece, Silence

COMPRESSED = 2.4  # Whisper's own threshold for loops
TIMES = 3  # the same so often in a row is a loop
LONGEST_LOOP = 8  # words
SILENT = 0.6  # how likely nobody speaks, by the transcriber
REACH = 24  # letters further on that a word is looked for
INSIDE = 0.8  # of a sentence's time in a silence that we measured

Time = tuple[float, float, float]  # start, end, confidence


def cues_of(heard: Sequence[tuple[Piece, Heard]], silences: Sequence[Silence] = ()) -> list[Cue]:
    """Return the captions of a sound from what was heard in its pieces."""
    words: list[Spoken] = []
    for piece, one in heard:
        words = joined(words, list(_words(piece, one, silences)), piece)
    return cued(in_time(doubted(words)))


def _words(piece: Piece, heard: Heard, silences: Sequence[Silence]) -> Iterator[Spoken]:
    for sentence in heard.sentences:
        doubt = _doubt(sentence, piece.start, silences)
        is_glued = begins_unspaced(sentence.text)
        for unit, (start, end, confidence) in _timed(sentence):
            yield Spoken(
                piece.start + start,
                piece.start + end,
                sentence.text[unit.start : unit.end],
                confidence,
                doubt,
                is_glued=unit.is_glued or is_glued,
            )
            is_glued = False


def _doubt(sentence: HeardSentence, begins: float, silences: Sequence[Silence]) -> str:
    if sentence.compression > COMPRESSED:
        return "loop"
    start, end = begins + sentence.start, begins + sentence.end
    quiet = sum(max(min(end, stop) - max(start, at), 0.0) for at, stop in silences)
    is_quiet = end > start and quiet / (end - start) > INSIDE
    return "silence" if sentence.silence > SILENT or is_quiet else ""


def _timed(sentence: HeardSentence) -> Iterator[tuple[Unit, Time]]:
    """Every unit of the text with the time of its words; what has none, between its neighbours."""
    found = list(units(sentence.text))
    words = [word for word in sentence.words if word.text]
    if len(words) == len(found):
        yield from (
            (one, (w.start, w.end, w.confidence)) for one, w in zip(found, words, strict=True)
        )
        return
    letters = _lettered(sentence.text, words)
    times = [_time_of(letters[one.start : one.end]) for one in found]
    at, latest = 0, sentence.start
    for time, same in groupby(times, key=bool):
        count = len(list(same))
        if time:
            yield from zip(
                found[at : at + count], filter(None, times[at : at + count]), strict=True
            )
        else:
            after = next(filter(None, times[at:]), None)
            until = max(after[0] if after else sentence.end, latest)
            yield from zip(found[at : at + count], _evenly(latest, until, count), strict=True)
        at += count
        last = times[at - 1]
        latest = last[1] if last else latest


def _lettered(text: str, words: Sequence[HeardWord]) -> list[Time | None]:
    """Lay words over the text they were heard in: the time of every letter that one covers."""
    found: list[Time | None] = [None] * len(text)
    plain, at = text.lower(), 0
    for word in words:
        size = len(word.text)
        begin = plain.find(word.text.lower(), at, at + REACH + size)
        if begin < 0:
            continue
        each = (word.end - word.start) / size
        for n in range(min(size, len(text) - begin)):
            start = word.start + n * each
            found[begin + n] = (start, start + each, word.confidence)
        at = begin + size
    return found


def _time_of(letters: Sequence[Time | None]) -> Time | None:
    known = [one for one in letters if one]
    return (known[0][0], known[-1][1], min(one[2] for one in known)) if known else None


def _evenly(start: float, end: float, count: int) -> Iterator[Time]:
    each = (end - start) / count
    return ((start + n * each, start + (n + 1) * each, 1.0) for n in range(count))


def joined(before: list[Spoken], after: list[Spoken], piece: Piece) -> list[Spoken]:
    """Join two pieces; what both heard in the time they share stands once."""
    if not piece.overlap or not before:
        return [*before, *after]
    shared = piece.start + piece.overlap
    tail = [n for n, word in enumerate(before) if word.end > piece.start]
    head = [n for n, word in enumerate(after) if word.start < shared]
    ours, theirs = [before[n].plain for n in tail], [after[n].plain for n in head]
    matcher = SequenceMatcher(a=ours, b=theirs, autojunk=False)
    same = matcher.find_longest_match(0, len(ours), 0, len(theirs))
    if same.size:
        return [*before[: tail[same.a]], *after[head[same.b] :]]
    middle = piece.start + piece.overlap / 2
    return [
        *(word for word in before if (word.start + word.end) / 2 < middle),
        *(word for word in after if (word.start + word.end) / 2 >= middle),
    ]


def doubted(words: Sequence[Spoken]) -> list[Spoken]:
    """Mark words that repeat, alone or in a row of some, more often than people do."""
    found = list(words)
    plain = [word.plain for word in words]
    at = 0
    while at < len(plain):
        size, times = _repeated(plain, at)
        if times >= TIMES + (size == 1):
            for n in range(at, at + size * times):
                found[n] = replace(found[n], doubt=found[n].doubt or "loop")
        at += size * times
    return found


def _repeated(plain: Sequence[str], at: int) -> tuple[int, int]:
    """Return how long a row of words begins here and how often it stands, the most words first."""
    best = (1, 1)
    for size in range(1, LONGEST_LOOP + 1):
        row, times = plain[at : at + size], 1
        while row and plain[at + size * times : at + size * (times + 1)] == row:
            times += 1
        if times >= TIMES and size * times > best[0] * best[1]:
            best = (size, times)
    return best


def in_time(words: Iterable[Spoken]) -> list[Spoken]:
    """Let no word begin before the one before it, nor end before it begins."""
    found: list[Spoken] = []
    latest = 0.0
    for word in words:
        start = max(word.start, latest)
        found.append(replace(word, start=start, end=max(word.end, start + 0.01)))
        latest = start
    return found
