"""Who reads a feed: a member by the token in its path, or anybody, by the show's number."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page, Site

from core.access.feeds.errors import UnknownKey
from core.access.feeds.models import FeedKey
from core.access.feeds.services import read_feed_key
from core.access.queries import Reach, reach_of
from core.access.services import Decision, may_each

from ..models import Podcast
from ..shell import shell_of
from .entries import Entry, entry_of, in_show

if TYPE_CHECKING:
    from core.members.models import Member


@dataclass
class Reader:
    """Somebody who asks for a show: who, where, and by which address."""

    site: Site
    show: Podcast
    origin: str
    key: FeedKey | None = None
    token: str = ""

    @property
    def member(self) -> Member | None:
        return self.key.member if self.key else None

    @cached_property
    def reach(self) -> Reach:
        return reach_of(self.member, self.site)

    @property
    def guid(self) -> str:
        """The show's own in public; a member's feed is one of its own, in no directory."""
        if self.key is None:
            return str(self.show.guid)
        return str(uuid.uuid5(self.show.guid, str(self.key.member_id)))

    def may_hear(self) -> Decision:
        """Decide for the show, as it stands at this moment."""
        return may_each(self.reach, [self.show])[self.show.pk]

    def entry(self, page_id: int) -> Entry | None:
        """Return one of the show's entries that the reader may fetch now, or None."""
        page = Page.objects.filter(pk=page_id, live=True).first()
        found = page.specific if page else None
        if found is None or not in_show(found, self.show):
            return None
        if not may_each(self.reach, [found])[found.pk]:
            return None
        return entry_of(found)

    def url(self, name: str, *args: Any) -> str:
        """Return an absolute address below this reader's own, by the name of its view."""
        if self.key:
            return self.origin + reverse(f"podcast_{name}", args=[self.token, *args])
        return self.origin + reverse(f"show_{name}", args=[self.show.pk, *args])

    def page_url(self, page: Page) -> str:
        """Return a page's absolute address, without a query."""
        return f"{self.origin}/{page.url_path.removeprefix(self.site.root_page.url_path)}"


def by_token(request: HttpRequest, token: str) -> Reader:
    """Return who a private address belongs to; raises what ``read_feed_key`` raises."""
    frame = shell_of(request)
    if frame.site is None:
        raise UnknownKey
    kind = FeedKey.Kind.PODCAST
    key = read_feed_key(token, kind=kind, site=frame.site, request=request)
    show = Podcast.objects.filter(pk=key.page_id, live=True).first()
    if show is None:
        raise UnknownKey
    return Reader(frame.site, show, frame.origin, key, token)


def by_number(request: HttpRequest, show_id: int) -> Reader | None:
    """Return the stranger who reads a public show's feed, or None where there is no such show."""
    frame = shell_of(request)
    show = Podcast.objects.filter(pk=show_id, live=True).first() if frame.site else None
    if show is None or not show.path.startswith(frame.site.root_page.path):
        return None
    reader = Reader(frame.site, show, frame.origin)
    return reader if reader.may_hear() else None
