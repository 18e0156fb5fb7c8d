"""What a show's feed holds: its episodes, and the lessons that are heard in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.timezone import now
from wagtail.models import Page

from core.access.queries import Reach, within
from core.access.services import may_each
from core.database.statements import IsAmong, statement
from core.media.models import Asset, Rendition
from core.playback.enclosures import FILM, SOUND, Enclosure, enclosures_of
from core.storage.models import StoredObject

from ..models import Episode, Lesson, Podcast
from . import drip

MOST = 500  # the newest; apps keep what they have
FILES = [SOUND, FILM]


@dataclass(frozen=True, slots=True)
class Entry:
    """One item: a page, what it plays, and the files an app may fetch, the first one first."""

    page: Any
    asset: Asset
    files: list[Enclosure] = field(default_factory=list)
    since: datetime | None = None  # where that is not when it was published

    @property
    def at(self) -> datetime:
        """Since when this reader hears it: apps show as new what comes later than they looked."""
        published = self.page.first_published_at or self.asset.created_at
        return max(published, self.since) if self.since else published

    @property
    def guid(self) -> str:
        return getattr(self.page, "guid", "") or f"urn:uuid:{self.page.translation_key}"

    @property
    def is_episode(self) -> bool:
        return isinstance(self.page, Episode)


def entries_of(show: Podcast, reach: Reach) -> list[Entry]:
    """Return what somebody may fetch of a show, the newest first; eight queries at most."""
    pages = [*_told(show, reach), *_lessons(show=show.pk, **reach.values)]
    allowed = may_each(reach, pages)
    kept = [page for page in pages if allowed[page.pk] and _asset(page)]
    files = _files(page_asset.pk for page in kept if (page_asset := _asset(page)))
    moment = now()
    found = [_entry(page, files, _since(page, moment)) for page in kept]
    return sorted(found, key=lambda one: (one.at, one.page.path), reverse=True)[:MOST]


def _told(show: Podcast, reach: Reach) -> list[Episode]:
    """Return the newest episodes; where they open one by one, those that opened last."""
    moment = now()
    places = drip.places_in(show, reach, moment)
    is_open = [pk for pk, place in places.items() if place.is_open(moment)]
    drips = bool(places)
    found = _episodes(drips, path=show.path, opened=is_open[-MOST:], **reach.values)
    for row in found:
        row.place = places.get(row.pk) or drip.Place(reach.member)
    return found


def entry_of(page: Any) -> Entry | None:
    """Return one page as an entry, or None where it plays nothing."""
    asset = _asset(page)
    return _entry(page, _files([asset.pk])) if asset else None


def in_show(page: Any, show: Podcast) -> bool:
    """Tell whether a page is an entry of a show."""
    if isinstance(page, Episode):
        return page.path.startswith(show.path)
    return isinstance(page, Lesson) and page.show_id == show.pk


def _asset(page: Any) -> Asset | None:
    return page.media if isinstance(page, Episode) else page.video


def _since(page: Any, at: datetime) -> datetime | None:
    """An episode comes on the day it opens, a lesson on the day it was put into the show."""
    since: datetime | None = page.place.since(at) if isinstance(page, Episode) else page.heard_since
    return since


def _entry(
    page: Any,
    files: Mapping[UUID, Mapping[str, StoredObject]],
    since: datetime | None = None,
) -> Entry:
    asset = _asset(page)
    assert asset is not None
    return Entry(page, asset, enclosures_of(asset, files.get(asset.pk, {})), since)


@statement
def _episodes(
    drips: bool,
    *,
    path: str,
    opened: list[int],
    root: str,
    closed: list[str],
    edited: list[str],
    at: datetime,
) -> QuerySet[Episode]:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    rows = Episode.objects.filter(seen, path__startswith=path, media__isnull=False)
    if drips:
        rows = rows.filter(IsAmong("pk", opened) | Q(kind=Episode.Kind.TRAILER))
    return rows.select_related("media__original").order_by("-first_published_at", "-path")[:MOST]


@statement
def _lessons(
    *, show: int, root: str, closed: list[str], edited: list[str], at: datetime
) -> QuerySet[Lesson]:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    rows = Lesson.objects.filter(seen, show=show, video__isnull=False)
    newest = rows.order_by(Greatest("first_published_at", "heard_since").desc(), "-path")
    return newest.select_related("video__original")[:MOST]


@statement
def _whole(*, assets: list[UUID], names: list[str]) -> QuerySet[Rendition]:
    rows = Rendition.objects.filter(IsAmong("asset", assets), IsAmong("name", names))
    return rows.filter(kind=Rendition.Kind.FILE, object__isnull=False).select_related("object")


def _files(assets: Iterable[UUID]) -> dict[UUID, dict[str, StoredObject]]:
    found: dict[UUID, dict[str, StoredObject]] = {}
    for row in _whole(assets=list(assets), names=FILES):
        assert row.object is not None
        found.setdefault(row.asset_id, {})[row.name] = row.object
    return found


def show_at(page: Page) -> Podcast | None:
    """Return the show that an episode stands in."""
    return Podcast.objects.filter(path=page.path[: -Page.steplen]).first()
