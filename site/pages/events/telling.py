"""Tells those who wanted to come what became of an event: a job of its own, a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Site

from core.jobs.models import Job
from core.jobs.services import enqueue
from core.members.models import Member
from core.notify.services import notify, speaking_to

from ..models import Edition, Event
from .words import when

TELL = "events.tell"
BATCH = 50


@dataclass(frozen=True, slots=True)
class News:
    """What changed, as it was at that moment: a job's payload; the event may be gone by then."""

    event: int
    kind: str  # event_changed | event_cancelled
    sequence: int
    title: str
    starts_at: str
    ends_at: str
    url: str
    members: list[int]
    note: str = ""
    is_back: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.event}:{self.sequence}"


def tell_soon(news: News, site: Site, *, key: str = "") -> Job | None:
    """Write the job in the caller's transaction; nothing where nobody wanted to come."""
    if not news.members:
        return None
    return enqueue(
        kind=TELL, payload=asdict(news), site=site, key=key, subject=f"event:{news.event}"
    )


def tell(news: News, *, site: Site, breathe: Callable[[], None] = lambda: None) -> int:
    """Tell everybody once who was not told yet; returns how many were told now."""
    told = 0
    for members in _batches(news.members):
        breathe()
        if _is_outdated(news):
            break
        people = Member.objects.filter(pk__in=members).exclude(notifications__key=news.key)
        told += sum(_told(news, site, member) for member in people.order_by("pk"))
    return told


def _batches(members: list[int]) -> Iterator[list[int]]:
    yield from (members[at : at + BATCH] for at in range(0, len(members), BATCH))


def _is_outdated(news: News) -> bool:
    """Tell whether something else became of the event; whoever changed it tells that."""
    known = Edition.objects.filter(event=news.event).first()
    is_cancellation = news.kind == "event_cancelled"
    if known is None:  # deleted, or about to be and then not
        return not is_cancellation or Event.objects.filter(pk=news.event).exists()
    if known.is_cancelled != is_cancellation:
        return True
    times = (known.starts_at.isoformat(), known.ends_at.isoformat())
    return not is_cancellation and times != (news.starts_at, news.ends_at)


def _told(news: News, site: Site, member: Member) -> bool:
    with speaking_to(member):
        title, body = _words(news)
        told = notify(
            member=member,
            site=site,
            kind=news.kind,
            key=news.key,
            title=title,
            body=body,
            url=news.url,
            until=datetime.fromisoformat(news.ends_at),
        )
    return told is not None


def _words(news: News) -> tuple[str, str]:
    facts: dict[str, Any] = {
        "title": news.title,
        "when": when(datetime.fromisoformat(news.starts_at)),
    }
    if news.kind == "event_cancelled":
        note = news.note or _("It was planned for %(when)s.") % facts
        return _("“%(title)s” was cancelled") % facts, note
    if news.is_back:
        return _("“%(title)s” takes place after all") % facts, f"{facts['when']}."
    return _("“%(title)s” has a new time") % facts, _("It is now on %(when)s.") % facts
