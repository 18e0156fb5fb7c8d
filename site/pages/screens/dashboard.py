"""The member's own first page: go on, the next step, everything else within reach."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from core.access.services import may_each
from core.contract import ask
from core.progress.queries import Continue, Rollup, State, continue_watching, rollup

from ..cards import Card, address
from ..models import Lesson, Module
from ..pictures import CARD, SQUARE, covers, still
from ..shell import Link, Shell, shell_of
from .coaching import event_card, events_of, past, upcoming
from .podcast import episode_card, episodes_of, with_artwork
from .program import length_of, module_cards, next_step

SHOWN_PROGRAMS, SHOWN_EPISODES, SHOWN_REPLAYS, BEGUN = 3, 8, 8, 12
FILM = ("duration", "poster", "playable_at", "site", "kind")
PAGE = ("title", "path", "url_path", "depth", "live", "go_live_at", "expire_at", "summary")
MODULE = (*PAGE, "cover")
EVENT = (*PAGE, "starts_at", "ends_at", "host", *(f"replay__{name}" for name in FILM))
EPISODE = (*PAGE, "number", "first_published_at", *(f"media__{name}" for name in FILM))
NOON, EVENING = 12, 18


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    response = render(request, "pages/dashboard.html", context(shell_of(request)))
    patch_cache_control(response, private=True, no_cache=True)
    return response


def context(frame: Shell) -> dict[str, Any]:
    """Return all that the dashboard shows; the number of queries is fixed."""
    seen = frame.seen
    lessons = Lesson.objects.filter(seen)
    tallies = rollup(frame.member, lessons)
    modules = list(Module.objects.filter(seen).only(*MODULE).order_by("path"))
    shelves = [*frame.pages, *modules]
    begun = continue_watching(frame.member, frame.site, BEGUN)
    step = next_step(lessons, _first_open(tallies, frame))
    coming, replays = _events(frame)
    is_other = bool(begun and step and step.pk != begun[0].page.pk)
    return {
        "greeting": greeting(),
        "hero": _continue(begun[0], shelves, frame) if begun else _start(step, shelves, frame),
        "has_begun": bool(begun),
        "has_started": any(tally.completed for tally in tallies.values()),
        "step": _step(step, shelves, frame) if is_other else None,
        "programs": _programs(modules, tallies, frame, step),
        "episodes": _episodes(frame, begun),
        "event": coming,
        "replays": replays,
        "cards": sorted(
            ask("dashboard_cards", site=frame.site, request=frame.request),
            key=lambda card: card.order,
        ),
    }


def _events(frame: Shell) -> tuple[Card | None, list[Card]]:
    """Return the next event and the latest replays, in one query."""
    events = events_of(frame).only(*EVENT)
    played = past(events).filter(replay__playable_at__isnull=False)
    rows = upcoming(events)[:1].union(played[:SHOWN_REPLAYS], all=True)
    cards = [event_card(event, frame) for event in rows]
    coming = [card for card in cards if card.until and card.until > now()]
    return next(iter(coming), None), [card for card in cards if card not in coming]


def _episodes(frame: Shell, begun: list[Continue]) -> list[Card]:
    seen = {row.page.pk: State(row.fraction, row.position, row.duration) for row in begun}
    rows = with_artwork(episodes_of(frame).only(*EPISODE))[:SHOWN_EPISODES]
    art = covers([row.artwork for row in rows], SQUARE)
    return [
        episode_card(row, seen.get(row.pk, State()), frame, art.get((row.artwork, SQUARE), ""))
        for row in rows
    ]


def greeting() -> str:
    """Return how one is greeted at this hour of the member's own day."""
    hour = localtime().hour
    if hour < NOON:
        return _("Good morning")
    return _("Good afternoon") if hour < EVENING else _("Good evening")


def _first_open(tallies: Rollup, frame: Shell) -> str:
    """Return the tree path of the next lesson: in the program begun, else in the first."""
    sums = [tallies.of(link) for link in frame.pages if link.kind == "program"]
    sums.sort(key=lambda tally: not (tally.watched or tally.completed))
    return next((tally.next_path for tally in sums if tally.next_path), "")


def _programs(
    modules: list[Module], tallies: Rollup, frame: Shell, step: Lesson | None
) -> list[Card]:
    links = [link for link in frame.pages if link.kind == "program"][:SHOWN_PROGRAMS]
    decisions = may_each(frame.reach, modules)
    pictures = covers([module.cover_id for module in modules], CARD)
    at = step.path if step else ""
    return [
        _program(link, tallies, module_cards(inside, tallies, decisions, pictures, frame, at))
        for link in links
        if (inside := [module for module in modules if module.path.startswith(link.path)])
    ]


def _program(link: Link, tallies: Rollup, modules: list[Card]) -> Card:
    tally = tallies.of(link)
    return Card(
        link.label,
        link.url,
        lessons=tally.lessons,
        completed=tally.completed,
        fraction=tally.fraction,
        is_done=tally.is_completed,
        extra={"modules": modules},
    )


def _continue(begun: Continue, shelves: list[Any], frame: Shell) -> Card:
    return Card(
        begun.page.title,
        address(begun.page, frame),
        still(begun.asset, begun.page.title, frame),
        over=_shelf(begun.page.path, shelves),
        duration=begun.duration,
        left=begun.seconds_left,
        fraction=begun.position / begun.duration if begun.duration else 0.0,
    )


def _start(step: Lesson | None, shelves: list[Any], frame: Shell) -> Card | None:
    return _step(step, shelves, frame) if step else None


def _step(step: Lesson, shelves: list[Any], frame: Shell) -> Card:
    return Card(
        step.title,
        address(step, frame),
        still(step.video, step.title, frame),
        over=_shelf(step.path, shelves),
        summary=step.summary,
        duration=length_of(step),
    )


def _shelf(path: str, shelves: list[Any]) -> str:
    """Return the name of the closest page above: the module, else the program or the show."""
    above = [shelf for shelf in shelves if path.startswith(shelf.path) and path != shelf.path]
    closest = max(above, key=lambda shelf: len(shelf.path), default=None)
    return getattr(closest, "title", None) or getattr(closest, "label", "")
