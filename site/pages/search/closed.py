"""What a search may not tell: of episodes that are not open yet, of replays that are closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from wagtail.models import Page

from core.access.queries import Reach
from core.access.services import may_each
from core.database.statements import IsAmong, statement

from ..models import Event
from ..models.taxonomy import PageTag
from ..podcasts import drip
from .hits import has_all


def closed_episodes(found: Sequence[Page], reach: Reach, at: datetime) -> list[int]:
    """Return which episodes of the site are closed, where any of them was found."""
    episodes = {page.pk for page in found if drip.is_episode(page)}
    closed = drip.closed_below(reach.site.root_page.path, reach, at) if episodes else []
    return [] if episodes.isdisjoint(closed) else closed


def allowed(found: Sequence[Page], reach: Reach) -> list[Page]:
    """Leave out what is refused; the episodes that were closed are out of it already."""
    for page in found:
        page.place = drip.Place(reach.member)
    decisions = may_each(reach, found)
    return [page for page in found if decisions[page.pk]]


def without_replays(found: Sequence[Page], words: list[str], at: datetime) -> list[Page]:
    """Find an event whose replay is closed by what its page says alone, not by what was spoken."""
    kind = ContentType.objects.get_for_model(Event).pk
    events = [page.pk for page in found if page.content_type_id == kind]
    closed = {event.pk: event for event in _closed(events=events, at=at)} if events else {}
    for page in found:
        if event := closed.get(page.pk):
            page.snippet = event.summary
    return [
        page for page in found if page.pk not in closed or has_all(_said(closed[page.pk]), words)
    ]


def _said(event: Any) -> str:
    body = event.body.stream_block.get_searchable_content(event.body)
    return " ".join([event.title, event.summary, event.host, *event.tagged, *body])


@statement
def _closed(*, events: list[int], at: datetime) -> QuerySet[Event]:
    is_closed = Q(replay_until__lte=at) | Q(ends_at__gt=at)
    rows = Event.objects.filter(is_closed, IsAmong("pk", events), replay__isnull=False)
    tags = PageTag.objects.filter(content_object=OuterRef("pk")).values("tag__name")
    return rows.annotate(tagged=ArraySubquery(tags))
