"""From what was heard, piece by piece, to captions: joined, doubted, and cut to be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from core.contract.providers import Heard, HeardSentence
from core.media.transcripts.cues import Cue

from .sound import Piece, Silence

LONGEST_LINE = 84  # letters of a cue: two lines of 42
LONGEST_CUE = 6.0  # seconds
PAUSE = 0.8  # seconds between words that end a cue
ENOUGH = 28  # letters after which a full stop ends a cue
UNSURE = 0.5  # a word of less confidence is looked at
COMPRESSED = 2.4  # Whisper's own threshold for loops
TIMES = 3  # the same so often in a row is a loop
LONGEST_LOOP = 8  # words
SILENT = 0.6  # how likely nobody speaks, by the transcriber
INSIDE = 0.8  # of a sentence's time in a silence that we measured
STOPS = re.compile(r"[.!?…。？！][\"”’)»]*$")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word with its time in the whole, and what is wrong with the sentence it stands in."""

    start: float
    end: float
    text: str
    confidence: float
    doubt: str = ""

    @property
    def plain(self) -> str:
        return re.sub(r"[\W_]+", "", self.text).lower()


def cues_of(heard: Sequence[tuple[Piece, Heard]], silences: Sequence[Silence] = ()) -> list[Cue]:
    """Return the captions of a sound from what was heard in its pieces."""
    words: list[Spoken] = []
    for piece, one in heard:
        words = joined(words, list(_words(piece, one, silences)), piece)
    return [_cue(group) for group in _grouped(in_time(doubted(words)))]


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


def _grouped(words: Sequence[Spoken]) -> Iterator[list[Spoken]]:
    for _, stretch in groupby(words, key=lambda word: word.doubt):
        yield from _readable(list(stretch))


def _readable(words: Sequence[Spoken]) -> Iterator[list[Spoken]]:
    """Cut where one pauses or ends a sentence, and before a cue is too long to be read."""
    group = [words[0]]
    for last, word in pairwise(words):
        if _ends(group, last, word):
            yield group
            group = []
        group.append(word)
    yield group


def _ends(group: Sequence[Spoken], last: Spoken, word: Spoken) -> bool:
    letters = sum(len(one.text) + 1 for one in group)
    return (
        word.start - last.end > PAUSE
        or letters + len(word.text) > LONGEST_LINE
        or word.end - group[0].start > LONGEST_CUE
        or (letters > ENOUGH and bool(STOPS.search(last.text)))
    )


def _cue(group: Sequence[Spoken]) -> Cue:
    cue = Cue(
        start=round(group[0].start, 3),
        end=round(max(group[-1].end, group[0].start + 0.2), 3),
        text=" ".join(word.text for word in group),
        words=[[round(w.start, 3), round(w.end, 3), w.text, round(w.confidence, 3)] for w in group],
    )
    flags = [group[0].doubt] if group[0].doubt else []
    if any(word.confidence < UNSURE for word in group):
        flags.append("unsure")
    return Cue(**cue, flags=flags) if flags else cue
