"""Cues: what is said from one second to another, kept as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NotRequired, TypedDict

from django.utils.translation import gettext as _

from core.media.errors import BadCues

from .timing import UNSURE, Word, retimed

FLAGS = ("loop", "silence", "unsure")
LONGEST_TEXT = 2_000  # letters of one cue
MOST_CUES = 20_000
LAST_SECOND = 48 * 3600.0
SHORTEST = 0.05  # seconds
UNSEEN = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Cue(TypedDict):
    """What is said from ``start`` to ``end`` (seconds); flags say what to look at."""

    start: float
    end: float
    text: str
    words: NotRequired[list[Word]]
    flags: NotRequired[list[str]]


def cleaned(raw: object) -> list[Cue]:
    """Return cues in order, each whole and harmless, or raise ``BadCues`` naming the cue."""
    if not isinstance(raw, list) or len(raw) > MOST_CUES:
        raise BadCues(_("These are no captions. Reload the page and try again."))
    cues = [_cleaned(one, number) for number, one in enumerate(raw, start=1)]
    return sorted((cue for cue in cues if cue["text"]), key=lambda cue: (cue["start"], cue["end"]))


def _cleaned(one: object, number: int) -> Cue:
    try:
        start, end = float(one["start"]), float(one["end"])  # type: ignore[index]
        text = plain(str(one["text"]))  # type: ignore[index]
        words = [_word(word) for word in one.get("words") or ()]  # type: ignore[attr-defined]
        flags = [flag for flag in FLAGS if flag in (one.get("flags") or ())]  # type: ignore[attr-defined]
    except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
        sentence = _("Caption %(number)d cannot be read. Reload the page and try again.")
        raise BadCues(sentence % {"number": number}) from error
    if not 0 <= start < end <= LAST_SECOND:
        sentence = _("Caption %(number)d ends before it begins. Give it a later end.")
        raise BadCues(sentence % {"number": number})
    if len(text) > LONGEST_TEXT:
        sentence = _("Caption %(number)d is longer than %(most)d letters. Split it.")
        raise BadCues(sentence % {"number": number, "most": LONGEST_TEXT})
    cue = Cue(start=round(start, 3), end=round(end, 3), text=text)
    if words:
        cue["words"] = retimed(text, words, cue["start"], cue["end"])
        is_unsure = any(word[3] < UNSURE for word in cue["words"])
        flags = [flag for flag in flags if flag != "unsure"] + ["unsure"] * is_unsure
    if flags:
        cue["flags"] = flags
    return cue


def _word(raw: Sequence[Any]) -> Word:
    start, end, text, confidence = raw
    surely = min(max(float(confidence), 0.0), 1.0)
    return [round(float(start), 3), round(float(end), 3), plain(str(text)), round(surely, 3)]


def plain(text: str) -> str:
    """Return text without unseen letters and stray spaces; lines stay lines.

    What looks like a tag is what somebody says or typed: it is escaped where it is shown.
    """
    bare = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in bare.split("\n"))
    return "\n".join(line for line in lines if line)


def text_of(cues: Iterable[Cue]) -> str:
    """Return all that is said, in one line."""
    return " ".join(cue["text"].replace("\n", " ") for cue in cues)
