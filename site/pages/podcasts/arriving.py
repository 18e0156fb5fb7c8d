"""Reads somebody else's feed: what the show says of itself, and its episodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import nh3
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse
from django.utils.translation import gettext as _

from core.media.fetching import CannotFetch

from .notes import TAGS, plain_of

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
MOST_ITEMS = 3000
KINDS = {"full", "trailer", "bonus"}


@dataclass(frozen=True, slots=True)
class Arriving:
    """One episode of the feed, in plain values that a job can carry."""

    guid: str
    title: str
    url: str
    content_type: str
    at: str  # ISO 8601, "" where the feed does not say
    summary: str = ""
    notes: str = ""
    season: int = 1
    number: int = 0
    kind: str = "full"


@dataclass(frozen=True, slots=True)
class Show:
    """What a feed says of its show, and what it holds, the oldest first."""

    title: str
    summary: str
    author: str
    language: str
    episodes: list[Arriving]
    left_out: int = 0  # items beyond the last that is read


def read(path: Path) -> Show:
    """Read a feed of RSS 2.0, or raise ``CannotFetch`` saying that it is none."""
    try:
        root: Any = parse(path, forbid_dtd=True).getroot()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _no_feed() from error
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise _no_feed()
    items = channel.findall("item")
    episodes = [one for item in items[:MOST_ITEMS] if (one := _episode(item))]
    episodes.sort(key=lambda one: one.at)
    return Show(
        title=_said(channel, "title")[:255],
        summary=_words(channel, "description", f"{ITUNES}summary"),
        author=_said(channel, f"{ITUNES}author")[:120],
        language=_said(channel, "language")[:35],
        episodes=list(_numbered(episodes)),
        left_out=max(0, len(items) - MOST_ITEMS),
    )


def _episode(item: Element) -> Arriving | None:
    enclosure = item.find("enclosure")
    url = (enclosure.get("url", "") if enclosure is not None else "").strip()
    if not url:
        return None
    notes = _said(item, f"{CONTENT}encoded", "description", f"{ITUNES}summary")
    return Arriving(
        guid=(_said(item, "guid") or url)[:500],
        title=_said(item, f"{ITUNES}title", "title")[:255] or _("Episode"),
        url=url,
        content_type=enclosure.get("type", "") if enclosure is not None else "",
        at=_moment(_said(item, "pubDate")),
        summary=_words(item, f"{ITUNES}summary", "description"),
        notes=nh3.clean(notes, tags=TAGS, attributes={"a": {"href"}}, link_rel=None),
        season=_number(_said(item, f"{ITUNES}season")) or 1,
        number=_number(_said(item, f"{ITUNES}episode")),
        kind=kind if (kind := _said(item, f"{ITUNES}episodeType")) in KINDS else "full",
    )


def _numbered(episodes: list[Arriving]) -> Iterator[Arriving]:
    """Give every episode a number: its own, or the next of its season."""
    last: dict[int, int] = {}
    for one in episodes:
        number = one.number or last.get(one.season, 0) + 1
        last[one.season] = max(number, last.get(one.season, 0))
        yield Arriving(**{name: getattr(one, name) for name in one.__slots__} | {"number": number})


def _said(element: Element, *names: str) -> str:
    texts = (element.findtext(name) for name in names)
    return next((text.strip() for text in texts if text and text.strip()), "")


def _words(element: Element, *names: str) -> str:
    """Markup is left behind, and what it escaped is read: "Q &amp; A" is "Q & A"."""
    return unescape(plain_of(_said(element, *names)))[:300]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and int(text) < 32_000 else 0


def _moment(text: str) -> str:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(aware, datetime.now(tz=UTC)).isoformat()


def _no_feed() -> CannotFetch:
    return CannotFetch(_("This is no podcast feed. Give the address that ends in RSS or XML."))
