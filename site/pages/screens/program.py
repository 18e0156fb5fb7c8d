"""A program: its promise, how far the member is, and its modules in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.timezone import now
from wagtail.models import Revision

from core.access.queries import within
from core.access.services import Decision, may_each
from core.database.statements import statement
from core.progress.queries import Rollup, Tally, rolled_up, tallies

from ..cards import Card, address
from ..models import Lesson, Module, Program
from ..pictures import CARD, WIDE, covers, drawn
from ..shell import Shell, shell_of

FILM = ("duration", "poster", "playable_at", "site", "kind")
PAGE = ("title", "path", "url_path", "depth", "live", "go_live_at", "expire_at", "summary")
MODULE = (*PAGE, "cover")
LESSON = (*PAGE, "minutes", *(f"video__{name}" for name in FILM))
Pictures = dict[tuple[int, str], str]


def context(request: HttpRequest, page: Program) -> dict[str, Any]:
    frame = shell_of(request)
    modules = _modules(program=page.path, depth=page.depth + 1, at=now())
    tallies = tallies_of(frame, page.path)
    total = tallies.of(page)
    step = next_step(frame, total.next_path)
    pictures = covers([page.cover_id, *(module.cover_id for module in modules)], CARD, WIDE)
    decisions = may_each(frame.reach, modules)
    cards = module_cards(modules, tallies, decisions, pictures, frame, step.path if step else "")
    return {
        "hero": pictures.get((page.cover_id, WIDE)) or drawn(page.title, frame),
        "modules": cards,
        "total": total,
        "step": step and step_card(step, frame),
        "has_begun": total.completed > 0 or total.watched > 0,
    }


@statement
def _modules(*, program: str, depth: int, at: datetime) -> QuerySet[Module]:
    """Return what is published, and what an editor has scheduled to open."""
    approved = Revision.page_revisions.filter(
        object_id=Cast(OuterRef("pk"), CharField()), approved_go_live_at__gt=at
    )
    is_coming = Q(live=False, go_live_at__gt=at) & Q(Exists(approved))
    below = Module.objects.filter(path__startswith=program, depth=depth)
    return below.filter(Q(live=True) | is_coming).only(*MODULE).order_by("path")


def tallies_of(frame: Shell, path: str) -> Rollup:
    """Return how far the member is below a tree path, in one query."""
    member = frame.member.pk if frame.member else None
    return rolled_up(_tallies(member=member, path=path, **frame.reach.values))


@statement
def _tallies(
    *, member: int, path: str, root: str, closed: list[str], edited: list[str], at: datetime
) -> Any:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    return tallies(member, Lesson.objects.filter(seen, path__startswith=path))


def module_cards(
    modules: Sequence[Module],
    tallies: Rollup,
    decisions: Mapping[int, Decision],
    pictures: Pictures,
    frame: Shell,
    at: str = "",
) -> list[Card]:
    """Return modules as cards, each with its ring or with why it is closed; ``at``: a tree path."""
    return [
        _card(number, module, tallies.of(module), decisions[module.pk], pictures, frame, at)
        for number, module in enumerate(modules, 1)
    ]


def _card(
    number: int,
    module: Module,
    tally: Tally,
    decision: Decision,
    pictures: Pictures,
    frame: Shell,
    at: str,
) -> Card:
    return Card(
        module.title,
        address(module, frame) if decision else "",
        (decision and pictures.get((module.cover_id, CARD))) or drawn(module.title, frame),
        summary=module.summary,
        number=number,
        duration=tally.duration,
        fraction=max(tally.fraction, tally.seconds_fraction),
        is_done=tally.is_completed,
        is_current=bool(at) and at.startswith(module.path),
        lock=None if decision else decision.reasons[0],
        lessons=tally.lessons,
        completed=tally.completed,
    )


def next_step(frame: Shell, path: str) -> Lesson | None:
    """Return the lesson at a tree path, with its film, in one query."""
    return _step.one(path=path, **frame.reach.values) if path else None


@statement
def _step(
    *, path: str, root: str, closed: list[str], edited: list[str], at: datetime
) -> QuerySet[Lesson]:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    return Lesson.objects.filter(seen, path=path).select_related("video").only(*LESSON)


def step_card(lesson: Lesson, frame: Shell) -> Card:
    """Return the lesson to go on with."""
    return Card(
        lesson.title,
        address(lesson, frame),
        summary=lesson.summary,
        duration=length_of(lesson),
    )


def length_of(lesson: Lesson) -> float:
    """Return a lesson's length in seconds: its film's, else what the editor reckons."""
    if lesson.video and lesson.video.duration:
        return lesson.video.duration
    return (lesson.minutes or 0) * 60.0
