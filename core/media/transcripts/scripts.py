"""Writing with and without spaces: where a text may be cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

CJK = r"\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
UNSPACED = rf"(?=\w)[{CJK}\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]"  # and Thai, Lao, Khmer …
OPENING = r"「『（《〈【〔“‘(\[¿¡"
BIT = re.compile(rf"[{OPENING}]*(?:{UNSPACED}|(?:(?!{UNSPACED})\w)+)[^\w{OPENING}]*|.")
FIRST_CJK = re.compile(rf"\W*[{CJK}]")


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a text that no caption is cut inside: a word, or a letter where none parts."""

    start: int
    end: int
    is_glued: bool  # to the one before: no space parts them


def units(text: str) -> Iterator[Unit]:
    """Return what a text may be cut into; with its spaces they are the whole text."""
    for token in re.finditer(r"\S+", text):
        bits = re.finditer(BIT, token[0]) if re.search(UNSPACED, token[0]) else [None]
        for bit in bits:
            start, end = bit.span() if bit else (0, len(token[0]))
            yield Unit(token.start() + start, token.start() + end, is_glued=start > 0)


def begins_unspaced(text: str) -> bool:
    """Tell whether a sentence stands at the one before without a space: Chinese, Japanese."""
    return bool(FIRST_CJK.match(text))


def joined(before: str, after: str) -> str:
    """Join two stretches of speech as their script does."""
    return before + ("" if begins_unspaced(after) else " ") + after


def width_of(text: str) -> int:
    """Return how many letters wide a text is shown: those of East Asia take the room of two."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)
