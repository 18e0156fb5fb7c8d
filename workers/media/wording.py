"""From what was heard, piece by piece, to captions: joined, doubted, and cut to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from core.contract.providers import Heard, HeardSentence
from core.media.transcripts.cues import Cue
from core.media.transcripts.spoken import Spoken, cued

from .sound import Piece, Silence

COMPRESSED = 2.4  # Whisper's own threshold for loops
TIMES = 3  # the same so often in a row is a loop
LONGEST_LOOP = 8  # words
SILENT = 0.6  # how likely nobody speaks, by the transcriber
INSIDE = 0.8  # of a sentence's time in a silence that we measured


def cues_of(heard: Sequence[tuple[Piece, Heard]], silences: Sequence[Silence] = ()) -> list[Cue]:
    """Return the captions of a sound from what was heard in its pieces."""
    words: list[Spoken] = []
    for piece, one in heard:
        words = joined(words, list(_words(piece, one, silences)), piece)
    return cued(in_time(doubted(words)))


def _words(piece: Piece, heard: Heard, silences: Sequence[Silence]) -> Iterator[Spoken]:
    for sentence in heard.sentences:
        doubt = _doubt(sentence, piece.start, silences)
        for start, end, text, confidence in _timed(sentence):
            yield Spoken(piece.start + start, piece.start + end, text, confidence, doubt)


def _doubt(sentence: HeardSentence, begins: float, silences: Sequence[Silence]) -> str:
    if sentence.compression > COMPRESSED:
        return "loop"
    start, end = begins + sentence.start, begins + sentence.end
    quiet = sum(max(min(end, stop) - max(start, at), 0.0) for at, stop in silences)
    is_quiet = end > start and quiet / (end - start) > INSIDE
    return "silence" if sentence.silence > SILENT or is_quiet else ""


def _timed(sentence: HeardSentence) -> Iterator[tuple[float, float, str, float]]:
    """Every token of the text with the time of its word; without any, spread evenly."""
    tokens = sentence.text.split()
    words = [word for word in sentence.words if word.text]
    if len(words) == len(tokens):
        for token, word in zip(tokens, words, strict=True):
            yield word.start, word.end, token, word.confidence
    elif words:
        for word in words:
            yield word.start, word.end, word.text, word.confidence
    else:
        each = (sentence.end - sentence.start) / max(len(tokens), 1)
        for number, token in enumerate(tokens):
            start = sentence.start + number * each
            yield start, start + each, token, 1.0


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
