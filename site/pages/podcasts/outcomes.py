"""How a show's import stands, and what came of each item: for the screen that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.jobs.models import Job
from core.jobs.queries import jobs_of
from core.media.transcripts.languages import label_of

from ..models import Arrival, Podcast
from .arriving import CHAPTERS, LOCK, WORDS

READ, EPISODE = "podcasts.import", "podcasts.import_episode"
FAILED_SHOWN, ARRIVED_SHOWN, REMOVED_SHOWN = 50, 20, 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one item beside its sound."""

    title: str
    page: int | None
    is_show: bool
    taken: list[str]
    kept: list[str]  # what stood there already
    missed: list[tuple[str, str]]  # what, and why


def subject_of(show: Page) -> str:
    """Return what jobs of a show's import are about."""
    return f"podcast:{show.pk}"


def state_of(show: Page) -> dict[str, Any]:
    """Return how a show's import stands: what waits, what is in, what failed and why.

    Six queries of few columns, however many episodes: an open page asks each second or two.
    """
    counted = _newest(show).values_list("kind", "state").annotate(Count("pk")).order_by()
    many = {(kind, state): n for kind, state, n in counted}
    total = sum(n for (kind, _state), n in many.items() if kind == EPISODE)
    arrived = _arrivals(show)
    done = many.get((EPISODE, Job.State.SUCCEEDED), 0)
    failed = sum(n for (_kind, state), n in many.items() if state == Job.State.FAILED)
    return {
        "reading": jobs_of(subject_of(show)).filter(kind=READ).defer("detail").first(),
        "failed": list(failed_of(show).defer("detail")[:FAILED_SHOWN]) if failed else [],
        "failed_more": max(0, failed - FAILED_SHOWN),
        "active": sum(n for (_kind, state), n in many.items() if state in Job.ACTIVE),
        "done": done,
        "total": total,
        "fraction": done / total if total else 0,
        "arrived": arrived,
        "outcomes": outcomes(arrived_of(show)[:ARRIVED_SHOWN]),
        "removed": list(removed_of(show)[:REMOVED_SHOWN]) if arrived["removed"] else [],
    }


def failed_of(show: Page) -> QuerySet[Job]:
    """Return the jobs of a show's import that ended badly, the newest first."""
    return _newest(show).filter(state=Job.State.FAILED).order_by("-pk")


def _newest(show: Page) -> QuerySet[Job]:
    """Return the newest job of each key: what was tried before counts no more."""
    tried = jobs_of(subject_of(show)).filter(kind__in=[READ, EPISODE])
    newest = tried.order_by("key", "-pk").distinct("key")
    return Job.objects.filter(pk__in=newest.values("pk"))


def _arrivals(show: Page) -> dict[str, int]:
    here = _is_in(show)
    lacking = Count("pk", here & ~Q(missed={}))
    rows = Arrival.objects.filter(show=show.pk)
    return rows.aggregate(all=Count("pk", here), lacking=lacking, removed=Count("pk", ~here))


def _is_in(show: Page) -> Q:
    return Q(page__path__startswith=show.path)


def arrived_of(show: Page) -> QuerySet[Arrival]:
    """Return what came of each item: the show itself, what lacks something, the newest first."""
    rows = Arrival.objects.filter(_is_in(show), show=show.pk)
    rows = rows.alias(is_item=~Q(guid=""), is_whole=Q(missed={}))
    return rows.order_by("is_item", "is_whole", "-pk")


def removed_of(show: Page) -> QuerySet[Arrival]:
    """Return the items that came and are not in the show any more, the newest first."""
    return Arrival.objects.filter(~_is_in(show), show=show.pk).order_by("-pk")


def outcomes(rows: Sequence[Arrival] | QuerySet[Arrival]) -> list[Outcome]:
    """Return what came of items in the words of a screen."""
    return [_outcome(row) for row in rows]


def _outcome(row: Arrival) -> Outcome:
    return Outcome(
        title=row.title,
        page=row.page_id,
        is_show=not row.guid,
        taken=[_label(part, many) for part, many in row.taken.items() if many],
        kept=[_label(part) for part, many in row.taken.items() if not many],
        missed=[(_label(part), why) for part, why in row.missed.items()],
    )


def _label(part: str, many: int = 0) -> str:
    """Return "chapters (12)", "captions (English)", or what the field is called."""
    if part.startswith(WORDS):
        language = label_of(part.removeprefix(WORDS))
        return _("captions (%(language)s)") % {"language": language}
    if part.startswith(LOCK):
        return _("consent of its owner")
    known = {
        CHAPTERS: _("chapters"),
        "transcript": _("captions"),
        "guid": _("number in directories"),
    }
    label = known.get(part) or str(Podcast._meta.get_field(part).verbose_name)
    return f"{label} ({many})" if many > 1 else label
