"""Proposes chapters: where somebody pauses and goes on about something else.

After Hearst, "TextTiling" (Computational Linguistics 23, 1997): how alike the words before and
after each gap are; a deep valley is a change of subject. An editor decides.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from core.media.transcripts.cues import Cue

NEAREST = 20.0  # seconds between chapters at least
MOST = 12
WINDOW = 90.0  # seconds of words that are compared on either side
SHORTEST_WORD = 4  # letters; shorter ones are about nothing
LONG_PAUSE = 1.5  # seconds that count as much as a wholly new subject
LEAST = 0.25  # of a score, below which nobody changed the subject
LONGEST_TITLE = 60  # letters


def proposed(cues: Sequence[Cue]) -> list[tuple[float, str]]:
    """Return where chapters might begin, and what is said there; none for a short talk."""
    cues = [cue for cue in cues if not {"loop", "silence"} & set(cue.get("flags", ()))]
    if not cues or cues[-1]["end"] - cues[0]["start"] < 2 * NEAREST:
        return []
    apart = max(NEAREST, cues[-1]["end"] / MOST)
    chosen = [0]
    for score, number in sorted(_scores(cues), reverse=True):
        starts = [cues[one]["start"] for one in chosen]
        at, rest = cues[number]["start"], cues[-1]["end"] - cues[number]["start"]
        if score >= LEAST and rest > apart / 2 and min(abs(at - one) for one in starts) >= apart:
            chosen.append(number)
    if len(chosen) == 1:
        return []
    first = [(0.0, _title(cues, 0))]
    return first + [(cues[n]["start"], _title(cues, n)) for n in sorted(chosen[1:])]


def _scores(cues: Sequence[Cue]) -> list[tuple[float, int]]:
    """How much each gap between cues is a change: a new vocabulary, and a pause."""
    bags = [(cue["start"], _bag(cue["text"])) for cue in cues]
    first, last_end = cues[0]["start"], cues[-1]["end"]
    scores = []
    for number, (last, cue) in enumerate(pairwise(cues), start=1):
        if not last["text"].rstrip().endswith((".", "!", "?", "…")):
            continue  # nobody changes the subject in the middle of a sentence
        at = cue["start"]
        span = min(WINDOW, at - first, last_end - at)  # as much on either side
        before, after = _said(bags, at - span, at), _said(bags, at, at + span)
        pause = min((cue["start"] - last["end"]) / LONG_PAUSE, 1.0)
        scores.append((0.5 * (1 - _alike(before, after)) + 0.5 * max(pause, 0.0), number))
    return scores


def _said(bags: Sequence[tuple[float, Counter[str]]], start: float, end: float) -> Counter[str]:
    return sum((bag for at, bag in bags if start <= at < end), Counter[str]())


def _bag(text: str) -> Counter[str]:
    return Counter(w for w in re.findall(r"\w+", text.lower()) if len(w) >= SHORTEST_WORD)


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """The cosine between two bags of words."""
    size = math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return sum(one[word] * other[word] for word in one) / size if size else 1.0


def _title(cues: Sequence[Cue], number: int) -> str:
    """The first sentence that is said there, as long as a title may be."""
    said = " ".join(cue["text"].replace("\n", " ") for cue in cues[number : number + 3])
    sentence = re.split(r"(?<=[.!?…])\s", said)[0].rstrip(".")
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    return sentence[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
