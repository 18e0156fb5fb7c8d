"""A program: its promise, how far the member is, and its modules in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.timezone import now

from core.access.queries import visible
from core.access.services import may_each
from core.progress.queries import Rollup, Tally, rollup

from ..cards import Card, address
from ..models import Lesson, Module, Program
from ..pictures import CARD, WIDE, covers, drawn
from ..shell import Shell, shell_of


def context(request: HttpRequest, page: Program) -> dict[str, Any]:
    frame = shell_of(request)
    modules = _modules(page)
    lessons = Lesson.objects.filter(visible(frame.member, frame.site), path__startswith=page.path)
    tallies = rollup(frame.member, lessons)
    total = tallies.of(page)
    step = next_step(lessons, total.next_path)
    cards = module_cards(modules, tallies, frame, at=step.path if step else "")
    return {
        "hero": covers([page.cover_id], WIDE).get(page.cover_id) or drawn(page.title, frame),
        "modules": cards,
        "total": total,
        "step": step and step_card(step, frame),
        "has_begun": total.completed > 0 or total.watched > 0,
    }


def _modules(program: Program) -> list[Module]:
    """Return what is published, and what an editor has scheduled to open."""
    is_coming = Q(live=False, approved_schedule=True, go_live_at__gt=now())
    below = Module.objects.filter(path__startswith=program.path, depth=program.depth + 1)
    return list(below.filter(Q(live=True) | is_coming).order_by("path"))


def module_cards(
    modules: Sequence[Module], tallies: Rollup, frame: Shell, *, at: str = ""
) -> list[Card]:
    """Return the modules as cards, each with its ring or with why it is closed."""
    decisions = may_each(frame.member, modules, site=frame.site)
    pictures = covers([module.cover_id for module in modules], CARD)
    return [
        _card(number, module, tallies.of(module), decisions[module.pk], pictures, frame, at)
        for number, module in enumerate(modules, 1)
    ]


def _card(
    number: int,
    module: Module,
    tally: Tally,
    decision: Any,
    pictures: dict[int, str],
    frame: Shell,
    at: str,
) -> Card:
    return Card(
        module.title,
        address(module, frame) if decision else "",
        pictures.get(module.cover_id) or drawn(module.title, frame),
        summary=module.summary,
        number=number,
        duration=tally.duration,
        fraction=tally.seconds_fraction if not tally.completed else max(
            tally.fraction, tally.seconds_fraction
        ),
        is_done=tally.is_completed,
        is_current=bool(at) and at.startswith(module.path),
        lock=None if decision else decision.reasons[0],
        lessons=tally.lessons,
        completed=tally.completed,
    )


def next_step(lessons: Any, path: str) -> Lesson | None:
    """Return the lesson at a tree path, with its film, in one query."""
    return lessons.filter(path=path).select_related("video").first() if path else None


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
