"""What a reader's feed says: a show and its entries, or why there is nothing to hear."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .entries import Entry, entries_of
from .notes import notes_of, persons_of, plain_of
from .readers import Reader
from .xml import Channel, File, Item, Person, written

PAUSED_SOUND = "audio/feed_paused.m4a"  # "This private feed is paused. …", spoken
PAUSED_SECONDS = 10.5
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # for what was never published by an editor


def feed_of(reader: Reader) -> tuple[bytes, datetime]:
    """Return a reader's feed, and when anything in it changed last."""
    entries = entries_of(reader.show, reader.reach)
    pages = [reader.show, *(one.page for one in entries)]
    changed = max(page.last_published_at or LONG_AGO for page in pages)
    kept = [one for one in entries if one.files]
    notes = notes_of([one.page.body for one in kept], reader.origin)
    items = [_item(reader, one, html) for one, html in zip(kept, notes, strict=True)]
    return written(channel_of(reader, changed), items), changed


def channel_of(reader: Reader, changed: datetime) -> Channel:
    show = reader.show
    return Channel(
        title=show.title,
        link=reader.page_url(show),
        address=reader.url("feed"),
        guid=reader.guid,
        changed=changed,
        summary=show.summary or show.title,
        author=show.author,
        email=show.owner_email,
        language=show.language,
        category=show.category,
        kind=show.kind,
        image=reader.url("artwork") if show.artwork_id else "",
        is_explicit=show.is_explicit,
        is_private=reader.key is not None,
        persons=_persons(show.persons),
    )


def _item(reader: Reader, entry: Entry, html: str) -> Item:
    page, asset = entry.page, entry.asset
    first, *others = (_file(reader, entry, n) for n in range(len(entry.files)))
    tracks = asset.tracks
    return Item(
        title=page.title,
        link=reader.page_url(page),
        guid=entry.guid,
        at=entry.at,
        file=first,
        others=others,
        summary=page.summary or plain_of(html)[:400],
        notes=html,
        seconds=asset.duration or 0.0,
        kind=getattr(page, "kind", "full"),
        season=page.season if entry.is_episode else 0,
        number=_number(entry),
        image=_artwork(reader, entry),
        is_explicit=entry.is_episode and page.is_explicit,
        persons=_persons(page.persons) if entry.is_episode else (),
        transcripts={
            language: reader.url("words", page.pk, f"captions/{language}.vtt")
            for language in tracks.get("captions", ())
        },
        chapters=reader.url("words", page.pk, "chapters.json") if tracks.get("chapters") else "",
    )


def _number(entry: Entry) -> int:
    """A trailer is counted by nobody: apps would show it as an episode of that number."""
    is_counted = entry.is_episode and entry.page.kind != "trailer"
    return int(entry.page.number) if is_counted else 0


def _file(reader: Reader, entry: Entry, n: int) -> File:
    chosen = entry.files[n]
    address = reader.url("enclosure", entry.page.pk, chosen.name)
    return File(address, chosen.content_type, chosen.size)


def _artwork(reader: Reader, entry: Entry) -> str:
    has_own = entry.is_episode and entry.page.artwork_id
    return reader.url("episode_artwork", entry.page.pk) if has_own else ""


def _persons(stream: Iterable[Any]) -> list[Person]:
    return [Person(*one) for one in persons_of(stream)]


@cache
def _paused_size() -> int:
    return (Path(settings.BASE_DIR) / "static" / PAUSED_SOUND).stat().st_size


def paused_feed(reader: Reader) -> tuple[bytes, datetime]:
    """Return the feed of a suspended address: one episode that says what happened, aloud."""
    assert reader.key is not None
    at = reader.key.suspended_at or localtime()
    words = reader.key.reason or _("Too many devices fetched it. Write to us, and we sort it out.")
    item = Item(
        title=_("Your private feed is paused"),
        link=reader.page_url(reader.show),
        guid=f"paused-{reader.key.pk}-{int(at.timestamp())}",
        at=at,
        file=File(reader.origin + static(PAUSED_SOUND), "audio/mp4", _paused_size()),
        summary=words,
        seconds=PAUSED_SECONDS,
    )
    return written(channel_of(reader, at), [item]), at
