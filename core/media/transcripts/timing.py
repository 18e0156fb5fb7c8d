"""Keeps the times of words whose text was corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

Word = list[Any]  # [start, end, text, confidence]
UNSURE = 0.5  # a word of less confidence is looked at


def retimed(text: str, words: Sequence[Word], start: float, end: float) -> list[Word]:
    """Return a word with its times for every token of ``text``.

    What stands as it was keeps its time; what was typed stands evenly between its neighbours, and
    is certain: a person wrote it.
    """
    tokens = text.split()
    plain = [_plain(token) for token in tokens]
    before = [_plain(str(word[2])) for word in words]
    found: list[Word] = []
    matcher = SequenceMatcher(a=before, b=plain, autojunk=False)
    for kind, low, high, first, last in matcher.get_opcodes():
        if kind == "equal":
            pairs = zip(words[low:high], tokens[first:last], strict=True)
            found += [[word[0], word[1], token, word[3]] for word, token in pairs]
        else:
            begins = float(words[low][0]) if low < high else _ends(words[:low], start)
            ends = float(words[high - 1][1]) if low < high else _begins(words[high:], end)
            found += _spread(tokens[first:last], begins, ends)
    return found


def _plain(token: str) -> str:
    return re.sub(r"[\W_]+", "", token).lower() or token


def _ends(words: Sequence[Word], otherwise: float) -> float:
    return float(words[-1][1]) if words else otherwise


def _begins(words: Sequence[Word], otherwise: float) -> float:
    return float(words[0][0]) if words else otherwise


def _spread(tokens: Sequence[str], start: float, end: float) -> Iterator[Word]:
    each = max(end - start, 0.0) / max(len(tokens), 1)
    for number, token in enumerate(tokens):
        yield [
            round(start + number * each, 3),
            round(start + (number + 1) * each, 3),
            token,
            1.0,
        ]
