"""The public front page: the promise, what is inside, when to meet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now

from core.access.queries import joinable

from ..cards import Card, address
from ..models import Episode, Event, Home, Module, Program
from ..pictures import WIDE, covers, drawn, still
from ..shell import Shell, shell_of
from .coaching import clock_of, upcoming
from .length import lengths_below

SHOWN_MODULES, SHOWN_EPISODES = 8, 3


def context(request: HttpRequest, page: Home) -> dict[str, Any]:
    request.is_front_page = True  # type: ignore[attr-defined]  # strangers and members alike
    frame = shell_of(request)
    open_to_all = joinable(frame.site)
    programs = list(Program.objects.filter(open_to_all).order_by("path"))
    modules = list(Module.objects.filter(open_to_all).order_by("path")[: SHOWN_MODULES * 3])
    wide = covers([page.cover_id, *(program.cover_id for program in programs)], WIDE)
    lengths = lengths_below(frame.site, open_to_all)
    event = upcoming(Event.objects.filter(open_to_all, is_cancelled=False), now()).first()
    return {
        "hero": wide.get((page.cover_id, WIDE)) or drawn(page.title, frame),
        "programs": [_program(program, modules, lengths, wide, frame) for program in programs],
        "episodes": _episodes(frame, open_to_all),
        "event": event,
        "clock": clock_of(event, frame) if event else "",
    }


def _program(
    program: Program,
    modules: list[Module],
    lengths: Any,
    wide: dict[tuple[int, str], str],
    frame: Shell,
) -> Card:
    inside = [module for module in modules if module.path.startswith(program.path)]
    return Card(
        program.title,
        address(program, frame),
        wide.get((program.cover_id, WIDE)) or drawn(program.title, frame),
        summary=program.promise or program.summary,
        lessons=sum(lengths[module.path].lessons for module in inside),
        duration=sum(lengths[module.path].seconds for module in inside),
        extra={
            "modules": [
                Card(
                    module.title,
                    address(module, frame),
                    summary=module.summary,
                    number=number,
                    lessons=lengths[module.path].lessons,
                )
                for number, module in enumerate(inside[:SHOWN_MODULES], 1)
            ]
        },
    )


def _episodes(frame: Shell, open_to_all: Any) -> list[Card]:
    rows = Episode.objects.filter(open_to_all).select_related("media")
    return [
        Card(
            episode.title,
            address(episode, frame),
            still(None, episode.title, frame),
            summary=episode.summary,
            duration=(episode.media.duration or 0) if episode.media else 0,
        )
        for episode in rows.order_by("-season", "-number")[:SHOWN_EPISODES]
    ]
