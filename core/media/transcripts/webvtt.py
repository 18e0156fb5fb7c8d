"""Writes WebVTT (W3C, https://www.w3.org/TR/webvtt1/) and SubRip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .cues import Cue
from .subtitles import BREAK, TAGS


def webvtt(cues: Iterable[Cue]) -> str:
    """Return captions as WebVTT."""
    blocks = ["WEBVTT"]
    for cue in cues:
        times = f"{stamp(cue['start'])} --> {stamp(cue['end'])}"
        blocks.append(f"{times}\n{escaped(cue['text'])}")
    return "\n\n".join(blocks) + "\n"


def chapters_webvtt(chapters: Sequence[tuple[float, str]], duration: float) -> str:
    """Return chapters as WebVTT, each up to the next; the last to the end of what is played."""
    last = max(duration, chapters[-1][0] + 1) if chapters else 0.0
    rows = pairwise([*chapters, (last, "")])
    return webvtt(Cue(start=start, end=end, text=title) for (start, title), (end, _) in rows)


def srt(cues: Iterable[Cue]) -> str:
    """Return captions as SubRip, for programs that read nothing else.

    It has no way to escape: what looks like one of its tags is written as WebVTT would.
    """
    blocks = []
    for number, cue in enumerate(cues, start=1):
        times = f"{stamp(cue['start'], ',')} --> {stamp(cue['end'], ',')}"
        blocks.append(f"{number}\n{times}\n{_spelt(cue['text'])}\n")
    return "\n".join(blocks)


def _spelt(text: str) -> str:
    return TAGS.sub(lambda tag: escaped(tag[0]), BREAK.sub(lambda tag: escaped(tag[0]), text))


def stamp(seconds: float, point: str = ".") -> str:
    """Return ``01:02:03.456``."""
    whole, milli = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{point}{milli:03}"


def escaped(text: str) -> str:
    """Return text that no reader takes for markup, and no line of it for a cue's times."""
    harmless = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "\n".join(line for line in harmless.split("\n") if line.strip())
