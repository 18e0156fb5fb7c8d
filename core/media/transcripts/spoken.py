"""From words with their times to captions that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from .cues import Cue
from .scripts import joined, width_of
from .timing import UNSURE, Word

LONGEST_LINE = 84  # letters of a cue: two lines of 42
LONGEST_CUE = 6.0  # seconds
PAUSE = 0.8  # seconds between words that end a cue
ENOUGH = 28  # letters after which a full stop ends a cue
SHORTEST = 0.2  # seconds
STOPS = re.compile(r"[.!?…。？！][\"”’)»]*$")
BREATHS = (",", ";", ":", "—", "–", ".", "!", "?", "、", "，", "。", "！", "？")
PARAGRAPH = 2.0  # seconds of silence that end one
LONG_PARAGRAPH = 420  # letters after which a full stop ends one


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word with its time in the whole, and what is wrong with the sentence it stands in."""

    start: float
    end: float
    text: str
    confidence: float = 1.0
    doubt: str = ""
    is_glued: bool = False  # to the word before: their script has no spaces

    @property
    def plain(self) -> str:
        return re.sub(r"[\W_]+", "", self.text).lower()


def cued(words: Sequence[Spoken]) -> list[Cue]:
    """Return captions: cut where one pauses or ends a sentence, none too long to be read."""
    return [_cue(group) for group in _grouped(words)]


def _grouped(words: Sequence[Spoken]) -> Iterator[list[Spoken]]:
    for _, stretch in groupby(words, key=lambda word: word.doubt):
        yield from _readable(list(stretch))


def _readable(words: Sequence[Spoken]) -> Iterator[list[Spoken]]:
    group = [words[0]]
    for last, word in pairwise(words):
        if _pauses(group, last, word):
            yield group
            group = []
        elif _is_full(group, word):
            cut = _breath(group)
            yield group[:cut]
            group = group[cut:]
        group.append(word)
    yield group


def _pauses(group: Sequence[Spoken], last: Spoken, word: Spoken) -> bool:
    is_long = _letters(group) > ENOUGH
    return word.start - last.end > PAUSE or (is_long and bool(STOPS.search(last.text)))


def _is_full(group: Sequence[Spoken], word: Spoken) -> bool:
    is_long = _letters([*group, word]) > LONGEST_LINE + 1
    return is_long or word.end - group[0].start > LONGEST_CUE


def _breath(group: Sequence[Spoken]) -> int:
    """Return where to cut a full cue: after its last comma or stop, if that leaves enough."""
    for cut in range(len(group), 0, -1):
        if _letters(group[:cut]) < ENOUGH:
            break
        if group[cut - 1].text.endswith(BREATHS):
            return cut
    return len(group)


def _letters(group: Sequence[Spoken]) -> int:
    return sum(width_of(word.text) + (not word.is_glued) for word in group)


def _cue(group: Sequence[Spoken]) -> Cue:
    words = _tokens(group)
    cue = Cue(
        start=round(group[0].start, 3),
        end=round(max(group[-1].end, group[0].start + SHORTEST), 3),
        text=" ".join(word[2] for word in words),
        words=words,
    )
    flags = [group[0].doubt] if group[0].doubt else []
    if any(word.confidence < UNSURE for word in group):
        flags.append("unsure")
    if flags:
        cue["flags"] = flags
    return cue


def _tokens(group: Sequence[Spoken]) -> list[Word]:
    """Return a word with its times for each stretch between two spaces."""
    found: list[Word] = []
    for w in group:
        if w.is_glued and found:
            last = found[-1]
            last[1:] = [round(w.end, 3), last[2] + w.text, min(last[3], round(w.confidence, 3))]
        else:
            found.append([round(w.start, 3), round(w.end, 3), w.text, round(w.confidence, 3)])
    return found


def paragraphs(cues: Sequence[Cue]) -> list[tuple[float, str]]:
    """Return what is said as paragraphs for reading, each with the second it begins at."""
    found: list[tuple[float, str]] = []
    latest = 0.0
    for cue in cues:
        text = cue["text"].replace("\n", " ")
        is_new = not found or cue["start"] - latest > PARAGRAPH
        if is_new or (len(found[-1][1]) > LONG_PARAGRAPH and STOPS.search(found[-1][1])):
            found.append((cue["start"], text))
        else:
            found[-1] = (found[-1][0], joined(found[-1][1], text))
        latest = cue["end"]
    return found
