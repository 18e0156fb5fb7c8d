"""A podcast feed: RSS 2.0 with what Apple and Podcasting 2.0 add to it.

https://podcasters.apple.com/support/823-podcast-requirements and
https://github.com/Podcastindex-org/podcast-namespace (1.0)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.encoding import iri_to_uri
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from .categories import parts

SPACES = {
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
}
GROUPS = {"producer": "creative direction", "editor": "audio post-production"}  # else the cast
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class File:
    """A file that an item offers."""

    url: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is heard."""

    name: str
    role: str = "host"
    link: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One episode as an app sees it."""

    title: str
    link: str
    guid: str
    at: datetime
    file: File
    others: Sequence[File] = ()
    summary: str = ""
    notes: str = ""  # HTML
    seconds: float = 0.0
    kind: str = "full"
    season: int = 0
    number: int = 0
    image: str = ""
    is_explicit: bool = False
    persons: Sequence[Person] = ()
    transcripts: Mapping[str, str] = field(default_factory=dict)  # addresses by language
    chapters: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A show as an app sees it."""

    title: str
    link: str
    address: str  # the feed's own
    guid: str
    changed: datetime
    summary: str = ""
    author: str = ""
    email: str = ""  # of who owns it, for directories
    language: str = "en"
    category: str = ""
    kind: str = "episodic"
    image: str = ""
    is_explicit: bool = False
    is_private: bool = False
    persons: Sequence[Person] = ()


def written(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return the feed; the same facts always give the same bytes."""
    feed = _Feed(
        title=plain(channel.title),
        link=channel.link,
        description=plain(channel.summary or channel.title),
        language=channel.language,
        feed_url=channel.address,
        channel=channel,
    )
    for item in items:
        feed.add_item(
            title=plain(item.title),
            link=item.link,
            description=plain(item.summary or item.title),
            unique_id=plain(item.guid),
            unique_id_is_permalink=False,
            pubdate=item.at,
            enclosures=[Enclosure(item.file.url, str(item.file.size), item.file.content_type)],
            item=item,
        )
    text: str = feed.writeString("utf-8")
    return text.encode()


def plain(text: str) -> str:
    """Return text without the letters that XML cannot hold."""
    return UNWRITABLE.sub("", text).strip()


class _Feed(Rss201rev2Feed):
    """Django's own writer, and what podcast apps read beside it."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), **SPACES}

    def latest_post_date(self) -> datetime:
        changed: datetime = self.feed["channel"].changed
        return changed

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        channel: Channel = self.feed["channel"]
        add = handler.addQuickElement
        add("itunes:type", channel.kind)
        add("itunes:explicit", str(channel.is_explicit).lower())
        add("podcast:guid", channel.guid)
        add("podcast:medium", "podcast")
        if channel.author:
            add("itunes:author", plain(channel.author))
        if channel.image:
            add("itunes:image", None, {"href": channel.image})
            _add_image(handler, channel)
        _add_owner(handler, channel)
        _add_category(handler, channel.category)
        if channel.is_private:
            add("itunes:block", "Yes")
            add("podcast:block", "yes")
        _add_persons(handler, channel.persons)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        one: Item = item["item"]
        add = handler.addQuickElement
        add("itunes:title", plain(one.title))
        add("itunes:episodeType", one.kind)
        if one.seconds:
            add("itunes:duration", str(round(one.seconds)))
        if one.number:
            add("itunes:episode", str(one.number))
            add("podcast:episode", str(one.number))
        if one.season:
            add("itunes:season", str(one.season))
            add("podcast:season", str(one.season))
        if one.image:
            add("itunes:image", None, {"href": one.image})
        if one.is_explicit:
            add("itunes:explicit", "true")
        if one.notes:
            add("content:encoded", plain(one.notes))
        _add_beside(handler, one)
        _add_persons(handler, one.persons)


def _add_image(handler: SimplerXMLGenerator, channel: Channel) -> None:
    handler.startElement("image", {})
    handler.addQuickElement("url", channel.image)
    handler.addQuickElement("title", plain(channel.title))
    handler.addQuickElement("link", iri_to_uri(channel.link))  # the channel's own is written so
    handler.endElement("image")


def _add_owner(handler: SimplerXMLGenerator, channel: Channel) -> None:
    """A private feed names nobody to write to: it is for no directory."""
    email = "" if channel.is_private else channel.email
    handler.addQuickElement("podcast:locked", "yes", {"owner": email} if email else {})
    if email:
        handler.startElement("itunes:owner", {})
        handler.addQuickElement("itunes:name", plain(channel.author or channel.title))
        handler.addQuickElement("itunes:email", email)
        handler.endElement("itunes:owner")


def _add_category(handler: SimplerXMLGenerator, category: str) -> None:
    name, finer = parts(category)
    if not name:
        return
    handler.startElement("itunes:category", {"text": name})
    if finer:
        handler.addQuickElement("itunes:category", None, {"text": finer})
    handler.endElement("itunes:category")


def _add_persons(handler: SimplerXMLGenerator, persons: Sequence[Person]) -> None:
    for person in persons:
        told = {"role": person.role}
        if person.role in GROUPS:
            told["group"] = GROUPS[person.role]
        if person.link:
            told["href"] = person.link
        handler.addQuickElement("podcast:person", plain(person.name), told)


def _add_beside(handler: SimplerXMLGenerator, item: Item) -> None:
    for language, url in item.transcripts.items():
        told = {"url": url, "type": "text/vtt", "language": language, "rel": "captions"}
        handler.addQuickElement("podcast:transcript", None, told)
    if item.chapters:
        told = {"url": item.chapters, "type": "application/json+chapters"}
        handler.addQuickElement("podcast:chapters", None, told)
    for other in item.others:
        told = {"type": other.content_type, "length": str(other.size)}
        handler.startElement("podcast:alternateEnclosure", told)
        handler.addQuickElement("podcast:source", None, {"uri": other.url})
        handler.endElement("podcast:alternateEnclosure")
