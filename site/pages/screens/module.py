"""A module: its lessons in order, and the way to the modules beside it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from core.access.services import may_each
from core.database.statements import statement
from core.progress.queries import State, states

from ..cards import Card, address
from ..models import Lesson, Module
from ..pictures import WIDE, covers, drawn, still
from ..shell import Shell, shell_of
from .program import LESSON, length_of


def context(request: HttpRequest, page: Module) -> dict[str, Any]:
    frame = shell_of(request)
    lessons = _lessons(module=page.path, depth=page.depth + 1)
    cards = lesson_cards(lessons, frame)
    family = _family(program=page.path[: -Page.steplen], depth=page.depth)
    at = next((i for i, module in enumerate(family[1:]) if module.path == page.path), 0)
    return {
        "hero": covers([page.cover_id], WIDE).get((page.cover_id, WIDE))
        or drawn(page.title, frame),
        "program": Card(family[0].title, address(family[0], frame)),
        "number": at + 1,
        "modules": len(family) - 1,
        "lessons": cards,
        "step": next((card for card in cards if not (card.is_done or card.lock)), None),
        "done": sum(card.is_done for card in cards),
        "duration": sum(card.duration for card in cards),
        "before": _neighbour(family[1:], at - 1, frame),
        "after": _neighbour(family[1:], at + 1, frame),
    }


def lesson_cards(lessons: list[Lesson], frame: Shell, *, at: int | None = None) -> list[Card]:
    """Return lessons as rows, in three queries however many they are."""
    decisions = may_each(frame.reach, lessons)
    seen = _states(frame, {lesson.pk: lesson.video_id for lesson in lessons})
    return [
        _card(n, lesson, seen[lesson.pk], decisions[lesson.pk], frame, at)
        for n, lesson in enumerate(lessons, 1)
    ]


def _states(frame: Shell, wanted: dict[int, Any]) -> dict[int, State]:
    if not frame.is_member:
        return dict.fromkeys(wanted, State())
    return states(frame.member, wanted)


def _card(
    number: int, lesson: Lesson, state: State, decision: Any, frame: Shell, at: int | None
) -> Card:
    duration = length_of(lesson)
    return Card(
        lesson.title,
        address(lesson, frame) if decision else "",
        still(lesson.video, lesson.title, frame) if decision else drawn(lesson.title, frame),
        summary=lesson.summary,
        number=number,
        duration=duration,
        left=max(duration - state.position, 0.0) if state.position else 0.0,
        fraction=state.fraction,
        is_done=state.is_completed,
        is_current=lesson.pk == at,
        lock=None if decision else decision.reasons[0],
    )


@statement
def _lessons(*, module: str, depth: int) -> QuerySet[Lesson]:
    rows = Lesson.objects.filter(live=True, path__startswith=module, depth=depth)
    return rows.select_related("video").only(*LESSON).order_by("path")


@statement
def _family(*, program: str, depth: int) -> QuerySet[Page]:
    """Return the program and its published modules, in one query."""
    rows = Page.objects.filter(path__startswith=program, depth__lte=depth, live=True)
    return rows.only("title", "path", "url_path").order_by("path")


def _neighbour(modules: list[Any], at: int, frame: Shell) -> Card | None:
    if not 0 <= at < len(modules):
        return None
    return Card(modules[at].title, address(modules[at], frame), number=at + 1)
