"""Reads WebVTT and SubRip as people really have them, and names the line that cannot be read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape

from django.utils.translation import gettext as _

from core.media.errors import BadCues

from .cues import Cue, cleaned, plain
from .languages import code_page

LARGEST = 5 * 2**20  # bytes: a day of talk is a tenth of it
SAMPLE = 4096  # bytes that tell how a file is written
ARROW = "-->"
MOMENT = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
TIMES = re.compile(rf"\s*{MOMENT}\s*-+>\s*{MOMENT}(?:\s.*)?", re.ASCII)
OVERRIDE = re.compile(r"\{\\[^{}\n]*\}")  # {\an8}: where SubStation wants it on the screen
TAGS = re.compile(  # of WebVTT and SubRip; any other is text
    r"</?(?:[bcisu]|ruby|rt)(?:\.[^\s<>&]*)?>"
    r"|</?(?:v|lang|font)(?:[.\s][^<>]*)?>"
    r"|<(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}>",
    re.ASCII | re.IGNORECASE,
)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)  # of neither, and found in many a file
BLOCKS = ("NOTE", "STYLE", "REGION")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(data: bytes, language: str = "") -> list[Cue]:
    """Return the captions of a WebVTT or SubRip file, or raise ``BadCues`` with line and remedy.

    ``language`` tells how to read a file that is not Unicode.
    """
    if len(data) > LARGEST:
        raise BadCues(_("The file is larger than 5 MB: these are no captions."))
    found = list(_cues(_decoded(data, language)))
    if not found:
        raise BadCues(
            _("The file holds no captions. Choose a WebVTT (.vtt) or SubRip (.srt) file.")
        )
    return cleaned(found)


def _decoded(data: bytes, language: str) -> str:
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), _wide(data))
    if marked:
        return data.decode(marked, "replace")
    for encoding in ("utf-8", code_page(language)):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return data.decode("cp1252", "replace")


def _wide(data: bytes) -> str:
    """Tell UTF-16 without its mark: numbers and line ends have a zero as every other byte."""
    even, odd = (data[at : at + SAMPLE : 2].count(0) for at in (0, 1))
    is_wide = max(even, odd) * 10 > len(data[:SAMPLE])
    return ("utf-16-le" if odd > even else "utf-16-be") if is_wide else ""


def _cues(text: str) -> Iterator[Cue]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        if ARROW not in line:
            number = _after(lines, number)
            continue
        at = number + 1
        start, end = _times(line, at)
        number += 1
        said = []
        while number < len(lines) and lines[number].strip() and ARROW not in lines[number]:
            said.append(lines[number])
            number += 1
        if number < len(lines) and ARROW in lines[number] and said and said[-1].strip().isdigit():
            said.pop()  # the next one's number, with no empty line before it
        if words := _words(said, at):
            yield Cue(start=start, end=end, text=words)


def _words(said: list[str], number: int) -> str:
    """Return what a cue's lines say; ``number`` is the line of its times."""
    bare = untagged(OVERRIDE.sub("", "\n".join(said)))
    try:
        return plain(unescape(bare))
    except ValueError as error:  # a letter by a number of thousands of digits
        sentence = _("Line %(number)d: its caption holds a “&#…” that is no letter. Take it out.")
        raise BadCues(sentence % {"number": number}) from error


def untagged(text: str) -> str:
    """Return text without the tags that captions know."""
    return TAGS.sub("", BREAK.sub("\n", text))


def _after(lines: list[str], number: int) -> int:
    """Return the line after one that begins no cue; a note ends at its empty line."""
    if lines[number].split(" ")[0].strip() in BLOCKS:
        while number < len(lines) and lines[number].strip():
            number += 1
    return number + 1


def _times(line: str, number: int) -> tuple[float, float]:
    match = TIMES.fullmatch(line)
    if match is None:
        sentence = _("Line %(number)d: “%(line)s” is no time. Write 00:01:02.500 --> 00:01:04.000.")
        raise BadCues(sentence % {"number": number, "line": line.strip()[:60]})
    start, end = _seconds(*match.groups()[:4]), _seconds(*match.groups()[4:])
    if end <= start:
        sentence = _("Line %(number)d: the caption ends before it begins. Give it a later end.")
        raise BadCues(sentence % {"number": number})
    return start, end


def _seconds(hours: str | None, minutes: str, seconds: str, part: str | None) -> float:
    return (
        int(hours or 0) * 3600
        + int(minutes) * 60
        + int(seconds)
        + int((part or "0").ljust(3, "0")) / 1000
    )
