"""What stands beside a feed's words: pictures, people, chapters, transcripts, categories.

The podcast namespace is read at both of its addresses; chapters are those of the namespace (JSON)
or of Podlove (in the feed itself).
https://github.com/Podcastindex-org/podcast-namespace/tree/main/docs
https://podlove.org/simple-chapters/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from core.media.chapters.services import LONGEST_TITLE
from core.media.chapters.services import MOST as MOST_CHAPTERS
from core.media.errors import BadChapters, BadCues
from core.media.transcripts import subtitles
from core.media.transcripts.cues import LAST_SECOND, SHORTEST, Cue, cleaned, plain
from core.media.transcripts.languages import UNKNOWN, normal

from .categories import choices

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODLOVE = ("{http://podlove.org/simple-chapters}", "{http://podlove.org/simple-chapters/}")
PODCAST = (
    "{https://podcastindex.org/namespace/1.0}",
    "{https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md}",
)
MOST_PERSONS, LONGEST_NAME, LONGEST_LINK = 40, 120, 500
TIMED = (  # kinds of transcripts that say when, the best first
    ("text/vtt",),
    ("application/srt", "application/x-subrip", "text/srt"),
    ("application/json",),
)
ROLES = {"host", "co-host", "guest", "guest host", "narrator", "editor", "producer"}
ALIKE = (  # what other roles of the namespace come nearest to
    ("producer", "producer"),
    ("editor", "editor"),
    ("co-host", "co-host"),
    ("guest", "guest"),
    ("host", "host"),
    ("narrator", "narrator"),
    ("reader", "narrator"),
    ("voice", "narrator"),
)
MOMENT = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,2}):)?(\d{1,6}(?:\.\d{1,6})?)", re.ASCII)
ENOUGH, PAUSE = 84, 1.0  # letters of a caption; seconds of silence that end one
ENDS = (".", "?", "!", "…", "”")


def named(element: Element, name: str) -> list[Element]:
    """Return the children of the podcast namespace that have a name."""
    return [one for space in PODCAST for one in element.findall(f"{space}{name}")]


def is_yes(text: str) -> bool:
    """Tell what ``itunes:explicit`` and ``podcast:locked`` say, as it is and was written."""
    return text.strip().lower() in {"yes", "true", "explicit"}


def _bare(told: object) -> str:
    """Return what a feed tells as text; the tags of captions stand in many a title, too."""
    return plain(subtitles.untagged(str(told or "")))


def address_in(text: str | None) -> str:
    """Return a web address, or "" where it is none that a page may link to."""
    url = (text or "").strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return url if is_web and len(url) <= LONGEST_LINK else ""


def image_of(element: Element) -> str:
    """Return the address of a show's or an episode's picture."""
    found = element.find(f"{ITUNES}image")
    told = found.get("href") if found is not None else element.findtext("image/url")
    return (told or "").strip()


def persons_in(element: Element) -> tuple[list[list[str]], list[str]]:
    """Return name, role and link of who is heard, and who has a role that has no name here."""
    known, others = [], []
    for one in named(element, "person")[:MOST_PERSONS]:
        name = _bare(one.text).replace("\n", " ")[:LONGEST_NAME]
        role = _role((one.get("role") or "host").strip().lower())
        if name and role:
            known.append([name, role, address_in(one.get("href"))])
        elif name:
            others.append(f"{name} ({one.get('role')})")
    return known, others


def _role(told: str) -> str:
    if told in ROLES:
        return told
    return next((role for part, role in ALIKE if part in told), "")


def category_of(channel: Element) -> tuple[str, str]:
    """Return the first category that directories know, and "", or "" and what was told."""
    known = {name.lower(): name for name, _label in choices()}
    told = [*_categories(channel)]
    found = next((known[one.lower()] for one in told if one.lower() in known), "")
    return found, "" if found else ", ".join(told[:3])


def _categories(channel: Element) -> Iterator[str]:
    """Yield each with its finer ones first: "Education: Courses", "Education"."""
    for one in channel.findall(f"{ITUNES}category"):
        name = (one.get("text") or "").strip()
        for finer in one.findall(f"{ITUNES}category"):
            yield f"{name}: {(finer.get('text') or '').strip()}"
        if name:
            yield name


def transcripts_of(item: Element, language: str) -> tuple[list[list[str]], list[str]]:
    """Return the best timed file of each language, the show's own first, and other kinds.

    Each is a language, an address and a kind; where any is timed, the others are no loss.
    """
    found: dict[str, tuple[int, list[str]]] = {}
    others = []
    for one in named(item, "transcript"):
        kind = (one.get("type") or "").partition(";")[0].strip().lower()
        rank = next((n for n, kinds in enumerate(TIMED) if kind in kinds), None)
        url = (one.get("url") or "").strip()
        if rank is None or not url:
            others.append(kind)
            continue
        tag = normal(one.get("language") or language) or UNKNOWN
        if tag not in found or rank < found[tag][0]:
            found[tag] = (rank, [tag, url, kind])
    rows = [row for _rank, row in found.values()]
    return sorted(rows, key=lambda row: row[0] != language), [] if found else others


def chapters_url(item: Element) -> str:
    """Return where the chapters of the podcast namespace lie."""
    return next((url for one in named(item, "chapters") if (url := one.get("url", "").strip())), "")


def chapters_inside(item: Element) -> list[list[Any]]:
    """Return Podlove's simple chapters: seconds and title."""
    rows = [one for at in PODLOVE for one in item.findall(f"{at}chapters/{at}chapter")]
    return _marks((_seconds(one.get("start", "")), one.get("title")) for one in rows)


def _seconds(text: str) -> float | None:
    """Normal play time: 62.5, 1:02.5, 00:01:02.500."""
    found = MOMENT.fullmatch(text.strip())
    if not found:
        return None
    hours, minutes, seconds = found.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds)


def _marks(rows: Iterable[tuple[object, object]]) -> list[list[Any]]:
    found: dict[float, str] = {}
    for at, title in rows:
        if not isinstance(at, int | float) or not 0 <= at <= LAST_SECOND:
            continue
        words = _bare(title).replace("\n", " ")[:LONGEST_TITLE].strip()
        if words:
            found.setdefault(round(float(at), 3), words)
    return [[at, found[at]] for at in sorted(found)[:MOST_CHAPTERS]]


def chapters_from(file: Path) -> list[list[Any]]:
    """Return the chapters of a JSON file that are listed, or raise ``BadChapters``."""
    rows = _json(file, "chapters")
    shown = (one for one in rows if isinstance(one, dict) and one.get("toc") is not False)
    found = _marks((one.get("startTime"), one.get("title")) for one in shown)
    if not found:
        raise BadChapters(_("The file holds no chapters that can be read."))
    return found


def captions_from(file: Path, kind: str, language: str = "") -> list[Cue]:
    """Return the captions of a transcript, WebVTT, SubRip or JSON, or raise ``BadCues``."""
    if kind != "application/json":
        return subtitles.read(file.read_bytes(), language)
    found = cleaned(list(_joined(_json(file, "segments"))))
    if not found:
        raise BadCues(_("The file holds no captions that can be read."))
    return found


def _joined(rows: list[Any]) -> Iterator[dict[str, Any]]:
    """Some write each word as a segment: join them to what can be read."""
    last: dict[str, Any] | None = None
    for one in rows:
        start, end, text = _segment(one)
        if not text:
            continue
        is_one = last is not None and (
            last["by"] == one.get("speaker")
            and start - last["end"] < PAUSE
            and len(last["text"]) + len(text) < ENOUGH
            and not last["text"].endswith(ENDS)
        )
        if last is not None and is_one:
            last |= {"end": max(end, last["end"]), "text": f"{last['text']} {text}"}
            continue
        if last is not None:
            yield last
        last = {"start": start, "end": end, "text": text, "by": one.get("speaker")}
    if last is not None:
        yield last


def _segment(one: Any) -> tuple[float, float, str]:
    try:
        start, end = float(one["startTime"]), float(one["endTime"])
        return start, max(end, start + SHORTEST), _bare(one["body"])
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise BadCues(_("The file holds no captions that can be read.")) from error


def _json(file: Path, name: str) -> list[Any]:
    """An endless number or a nesting without an end is no more than unreadable."""
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return []
    rows = found.get(name) if isinstance(found, dict) else None
    return rows if isinstance(rows, list) else []
