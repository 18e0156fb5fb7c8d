"""The member's own first page: go on, the next step, everything else within reach."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from core.access.queries import within
from core.access.services import may_each
from core.contract import ask
from core.database.statements import statement
from core.progress.queries import Continue, Rollup, State, continue_watching

from ..cards import Card, address
from ..models import Episode, Event, Lesson, Module
from ..pictures import CARD, SQUARE, pictures_of, still
from ..shell import Link, Shell, shell_of
from .coaching import EVENT, event_card, past, upcoming
from .podcast import episode_card, latest_open
from .program import MODULE, Pictures, length_of, module_cards, next_step, tallies_of

SHOWN_PROGRAMS, SHOWN_EPISODES, SHOWN_REPLAYS, BEGUN = 3, 8, 8, 12
NOON, EVENING = 12, 18


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    response = render(request, "pages/dashboard.html", context(shell_of(request)))
    patch_cache_control(response, private=True, no_cache=True)
    return response


def context(frame: Shell) -> dict[str, Any]:
    """Return all that the dashboard shows; the number of queries is fixed."""
    tallies = tallies_of(frame, frame.site.root_page.path)
    modules = _modules(**frame.reach.values)
    shelves = [*frame.pages, *modules]
    begun = continue_watching(frame.reach, BEGUN)
    step = next_step(frame, _first_open(tallies, frame))
    coming, replays = _events(frame)
    episodes = latest_open(frame, frame.site.root_page.path, SHOWN_EPISODES)
    covers = {(module.cover_id, CARD) for module in modules}
    pictures = pictures_of(covers | {(episode.cover, SQUARE) for episode in episodes})
    is_other = bool(begun and step and step.pk != begun[0].page.pk)
    return {
        "greeting": greeting(),
        "hero": _continue(begun[0], shelves, frame) if begun else _start(step, shelves, frame),
        "has_begun": bool(begun),
        "has_started": any(tally.completed for tally in tallies.values()),
        "step": _step(step, shelves, frame) if is_other else None,
        "programs": _programs(modules, tallies, pictures, frame, step),
        "episodes": _episodes(episodes, begun, pictures, frame),
        "event": coming,
        "replays": replays,
        "cards": sorted(
            ask("dashboard_cards", site=frame.site, request=frame.request),
            key=lambda card: card.order,
        ),
    }


@statement
def _modules(*, root: str, closed: list[str], edited: list[str], at: datetime) -> QuerySet[Module]:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    return Module.objects.filter(seen).only(*MODULE).order_by("path")


def _events(frame: Shell) -> tuple[Card | None, list[Card]]:
    """Return the next event and the latest replays, in one query."""
    cards = [event_card(event, frame) for event in _near(**frame.reach.values)]
    coming = [card for card in cards if card.until and card.until > now()]
    return next(iter(coming), None), [card for card in cards if card not in coming]


@statement
def _near(*, root: str, closed: list[str], edited: list[str], at: datetime) -> QuerySet[Event]:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    events = Event.objects.filter(seen).select_related("replay").only(*EVENT)
    is_open = Q(replay_until=None) | Q(replay_until__gt=at)
    played = past(events, at).filter(is_open, replay__playable_at__isnull=False)
    return (
        upcoming(events, at).filter(is_cancelled=False)[:1].union(played[:SHOWN_REPLAYS], all=True)
    )


def _episodes(
    episodes: list[Episode], begun: list[Continue], pictures: Pictures, frame: Shell
) -> list[Card]:
    seen = {row.page.pk: State(row.fraction, row.position, row.duration) for row in begun}
    return [
        episode_card(row, seen.get(row.pk, State()), frame, pictures.get((row.cover, SQUARE), ""))
        for row in episodes
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
    modules: list[Module],
    tallies: Rollup,
    pictures: Pictures,
    frame: Shell,
    step: Lesson | None,
) -> list[Card]:
    links = [link for link in frame.pages if link.kind == "program"][:SHOWN_PROGRAMS]
    decisions = may_each(frame.reach, modules)
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
