"""Reads somebody else's feed: what the show says of itself, and its episodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
from core.media.transcripts.languages import normal

from . import beside
from .beside import ITUNES, is_yes
from .notes import TAGS, plain_of

CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
MOST_ITEMS = 3000
KINDS = {"full", "trailer", "bonus"}
ORDERS = {"episodic", "serial"}
ARTWORK, PERSONS, CHAPTERS = "artwork", "persons", "chapters"
WORDS = "transcript:"  # and a language: the parts that an item may bring beside its sound
LOCK = "lock:"  # and an owner: who brought their show in said that they may


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
    is_explicit: bool = False
    image: str = ""  # an address; "" where it is the show's own
    persons: list[list[str]] = field(default_factory=list)  # name, role, link
    chapters_url: str = ""
    chapters: list[list[Any]] = field(default_factory=list)  # seconds, title: those in the feed
    transcripts: list[list[str]] = field(default_factory=list)  # language, address, kind
    unfit: dict[str, list[str]] = field(default_factory=dict)  # what is told and cannot be taken

    def offers(self) -> set[str]:
        """Return the names of what comes beside the sound, and can be taken or not."""
        told = {
            ARTWORK: self.image,
            PERSONS: self.persons,
            CHAPTERS: self.chapters_url or self.chapters,
        }
        words = {f"{WORDS}{language}" for language, *_file in self.transcripts}
        return words | {name for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Show:
    """What a feed says of its show, and what it holds, the oldest first."""

    title: str
    summary: str
    author: str
    language: str
    episodes: list[Arriving]
    left_out: int = 0  # items beyond the last that is read
    image: str = ""
    persons: list[list[str]] = field(default_factory=list)
    category: str = ""
    kind: str = ""
    is_explicit: bool = False
    guid: str = ""  # the show's in every directory, where the feed says it
    owner: str = ""  # an e-mail address
    is_locked: bool = False  # its owner lets no other place bring it in
    unfit: dict[str, list[str]] = field(default_factory=dict)


def read(path: Path) -> Show:
    """Read a feed of RSS 2.0, or raise ``CannotFetch`` saying that it is none."""
    try:
        root: Any = parse(path, forbid_dtd=True).getroot()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _no_feed() from error
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise _no_feed()
    show = _show(channel)
    items = channel.findall("item")
    episodes = [one for item in items[:MOST_ITEMS] if (one := _episode(item, show))]
    episodes.sort(key=lambda one: one.at)
    left_out = max(0, len(items) - MOST_ITEMS)
    return replace(show, episodes=list(_numbered(episodes)), left_out=left_out)


def _show(channel: Element) -> Show:
    persons, others = beside.persons_in(channel)
    category, unknown = beside.category_of(channel)
    locked = next(iter(beside.named(channel, "locked")), None)
    owner = (locked.get("owner") if locked is not None else "") or ""
    guids = beside.named(channel, "guid")
    kind = _said(channel, f"{ITUNES}type").lower()
    return Show(
        title=_said(channel, "title")[:255],
        summary=_words(channel, "description", f"{ITUNES}summary"),
        author=_said(channel, f"{ITUNES}author")[:120],
        language=normal(_said(channel, "language")),
        episodes=[],
        image=beside.image_of(channel),
        persons=persons,
        category=category,
        kind=kind if kind in ORDERS else "",
        is_explicit=is_yes(_said(channel, f"{ITUNES}explicit")),
        guid=(guids[0].text or "").strip() if guids else "",
        owner=owner.strip() or _said(channel, f"{ITUNES}owner/{ITUNES}email"),
        is_locked=locked is not None and is_yes(locked.text or ""),
        unfit=_unfit(persons=others, category=[unknown]),
    )


def _unfit(**told: list[str]) -> dict[str, list[str]]:
    return {name: kept for name, values in told.items() if (kept := [*filter(None, values)])}


def _episode(item: Element, show: Show) -> Arriving | None:
    enclosure = item.find("enclosure")
    url = (enclosure.get("url", "") if enclosure is not None else "").strip()
    if not url:
        return None
    notes = _said(item, f"{CONTENT}encoded", "description", f"{ITUNES}summary")
    persons, others = beside.persons_in(item)
    by = _said(item, f"{ITUNES}author")[:120]
    if by and not persons and by != show.author:
        persons = [[by, "host", ""]]
    transcripts, untimed = beside.transcripts_of(item, show.language)
    image = beside.image_of(item)
    return Arriving(
        guid=(_said(item, "guid") or url)[:500],
        title=_said(item, f"{ITUNES}title", "title")[:255] or _("Episode"),
        url=url,
        content_type=enclosure.get("type", "") if enclosure is not None else "",
        at=_moment(_said(item, "pubDate")),
        summary=_words(item, f"{ITUNES}summary", "description"),
        notes=nh3.clean(notes, tags=TAGS, attributes={"a": {"href"}}, link_rel=None),
        season=_number(_podcast(item, "season")) or 1,
        number=_number(_podcast(item, "episode")),
        kind=kind if (kind := _said(item, f"{ITUNES}episodeType").lower()) in KINDS else "full",
        is_explicit=is_yes(_said(item, f"{ITUNES}explicit")),
        image=image if image != show.image else "",
        persons=persons,
        chapters_url=beside.chapters_url(item),
        chapters=beside.chapters_inside(item),
        transcripts=transcripts,
        unfit=_unfit(persons=others, transcript=untimed),
    )


def _numbered(episodes: list[Arriving]) -> Iterator[Arriving]:
    """Give every episode a number: its own, or the next of its season."""
    last: dict[int, int] = {}
    for one in episodes:
        number = one.number or last.get(one.season, 0) + 1
        last[one.season] = max(number, last.get(one.season, 0))
        yield replace(one, number=number)


def _said(element: Element, *names: str) -> str:
    texts = (element.findtext(name) for name in names)
    return next((text.strip() for text in texts if text and text.strip()), "")


def _podcast(item: Element, name: str) -> str:
    """Apple's tag says it, or the one of the podcast namespace."""
    told = (one.text for one in beside.named(item, name))
    return _said(item, f"{ITUNES}{name}") or next((text.strip() for text in told if text), "")


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
