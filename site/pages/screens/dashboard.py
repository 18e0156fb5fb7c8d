"""The member's own first page: go on, the next step, everything else within reach."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.access.queries import visible
from core.contract import ask
from core.progress.queries import Continue, Rollup, continue_watching, rollup

from ..cards import Card, address
from ..models import Lesson, Module, Program
from ..pictures import still
from ..shell import Shell, shell_of
from .coaching import event_card, events_of, past, upcoming
from .podcast import episode_cards, episodes_of
from .program import length_of, module_cards, next_step

SHOWN_PROGRAMS, SHOWN_EPISODES, SHOWN_REPLAYS = 3, 8, 8
NOON, EVENING = 12, 18


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    response = render(request, "pages/dashboard.html", context(shell_of(request)))
    patch_cache_control(response, private=True, no_cache=True)
    return response


def context(frame: Shell) -> dict[str, Any]:
    """Return all that the dashboard shows; the number of queries is fixed."""
    seen = visible(frame.member, frame.site)
    lessons = Lesson.objects.filter(seen)
    tallies = rollup(frame.member, lessons)
    tree = _tree(frame, seen)
    begun = continue_watching(frame.member, frame.site, 1)
    step = next_step(lessons, _first_open(tallies, tree))
    events = events_of(frame)
    return {
        "greeting": greeting(),
        "hero": _continue(begun[0], tree, frame) if begun else _start(step, tree, frame),
        "has_begun": bool(begun),
        "step": _step(step, tree, frame) if begun and step and step.pk != begun[0].page.pk else None,
        "programs": _programs(tree, tallies, frame, step),
        "episodes": episode_cards(episodes_of(frame)[:SHOWN_EPISODES], frame),
        "event": next((event_card(event, frame) for event in upcoming(events)[:1]), None),
        "replays": [
            event_card(event, frame)
            for event in past(events).filter(replay__playable_at__isnull=False)[:SHOWN_REPLAYS]
        ],
        "cards": sorted(
            ask("dashboard_cards", site=frame.site, request=frame.request),
            key=lambda card: card.order,
        ),
    }


def greeting() -> str:
    """Return how one is greeted at this hour of the member's own day."""
    hour = localtime().hour
    if hour < NOON:
        return _("Good morning")
    return _("Good afternoon") if hour < EVENING else _("Good evening")


def _tree(frame: Shell, seen: Any) -> list[Any]:
    """Return the programs, each followed by its modules, in two queries."""
    programs = list(Program.objects.filter(seen).order_by("path")[:SHOWN_PROGRAMS])
    modules = list(Module.objects.filter(seen).order_by("path")) if programs else []
    return sorted([*programs, *modules], key=lambda page: page.path)


def _first_open(tallies: Rollup, tree: list[Any]) -> str:
    """Return the tree path of the next lesson: in the program begun, else in the first."""
    programs = [(page, tallies.of(page)) for page in tree if isinstance(page, Program)]
    programs.sort(key=lambda pair: not pair[1].watched and not pair[1].completed)
    return next((tally.next_path for _page, tally in programs if tally.next_path), "")


def _programs(
    tree: list[Any], tallies: Rollup, frame: Shell, step: Lesson | None
) -> list[Card]:
    programs = [page for page in tree if isinstance(page, Program)]
    modules = [page for page in tree if isinstance(page, Module)]
    cards = dict(
        zip(
            [module.pk for module in modules],
            module_cards(modules, tallies, frame, at=step.path if step else ""),
            strict=True,
        )
    )
    return [_program(page, modules, cards, tallies, frame) for page in programs]


def _program(
    program: Program, modules: list[Module], cards: Any, tallies: Rollup, frame: Shell
) -> Card:
    tally = tallies.of(program)
    return Card(
        program.title,
        address(program, frame),
        lessons=tally.lessons,
        completed=tally.completed,
        fraction=tally.fraction,
        is_done=tally.is_completed,
        extra={
            "modules": [
                cards[module.pk] for module in modules if module.path.startswith(program.path)
            ]
        },
    )


def _continue(begun: Continue, tree: list[Any], frame: Shell) -> Card:
    return Card(
        begun.page.title,
        address(begun.page, frame),
        still(begun.asset, begun.page.title, frame),
        over=_shelf(begun.page.path, tree),
        duration=begun.duration,
        left=begun.seconds_left,
        fraction=begun.position / begun.duration if begun.duration else 0.0,
    )


def _start(step: Lesson | None, tree: list[Any], frame: Shell) -> Card | None:
    return _step(step, tree, frame) if step else None


def _step(step: Lesson, tree: list[Any], frame: Shell) -> Card:
    return Card(
        step.title,
        address(step, frame),
        still(step.video, step.title, frame),
        over=_shelf(step.path, tree),
        summary=step.summary,
        duration=length_of(step),
    )


def _shelf(path: str, tree: list[Any]) -> str:
    """Return the name of the closest page above: the module, else the program."""
    above = [page.title for page in tree if path.startswith(page.path) and path != page.path]
    return above[-1] if above else ""
