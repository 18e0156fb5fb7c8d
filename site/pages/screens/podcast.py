"""A podcast: its artwork and its episodes, as its kind tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left, Length
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from wagtail.models import Page

from core.access.queries import joinable, within
from core.access.services import may_each
from core.database.statements import IsAmong, statement
from core.progress.queries import State, states

from ..cards import Card, address
from ..models import Episode, Lesson, Podcast
from ..pictures import SQUARE, covers, drawn, still
from ..podcasts import drip
from ..podcasts.listing import Listed, listed
from ..podcasts.words import speakers
from ..shell import Shell, shell_of
from .player import asset_of
from .program import FILM, LESSON, PAGE

SHOWN = 60
EPISODE = (*PAGE, "season", "number", "first_published_at", *(f"media__{name}" for name in FILM))


def context(request: HttpRequest, page: Podcast) -> dict[str, Any]:
    frame, moment = shell_of(request), now()
    places = drip.places_in(page, frame.reach, moment)
    found = listed(page, frame)
    playing = [one for one in found if one.asset]
    first = next((one for one in playing if _is_open(places, one, moment)), None)
    shown = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    rows = _rows([*shown, first] if first else [*shown])
    for row in rows:
        row.lock = places[row.pk].against(moment) if row.pk in places else None
    artwork = covers([page.artwork_id], SQUARE).get((page.artwork_id, SQUARE)) or drawn(
        page.title, frame
    )
    cards = dict(zip((row.pk for row in rows), episode_cards(rows, frame, artwork), strict=True))
    return {
        "artwork": artwork,
        "episodes": [cards[one.number] for one in shown if one.number in cards],
        "shown": shown,
        "first": first and cards.get(first.number),
        "has_feed": bool(playing),
        "speakers": speakers(page.persons),
        "subscribe_url": reverse("subscribe", args=[page.pk]),
        "public_feed": _public_feed(page, frame),
    }


def _rows(found: list[Listed]) -> list[Any]:
    """Return the pages themselves, in a query for each of their two types."""
    lessons = [one.number for one in found if one.is_lesson]
    episodes = [one.number for one in found if not one.is_lesson]
    return [
        *(_episodes(numbers=episodes) if episodes else ()),
        *(_lessons(numbers=lessons) if lessons else ()),
    ]


@statement
def _episodes(*, numbers: list[int]) -> QuerySet[Episode]:
    rows = Episode.objects.filter(IsAmong("pk", numbers))
    return rows.select_related("media").only(*EPISODE)


@statement
def _lessons(*, numbers: list[int]) -> QuerySet[Lesson]:
    rows = Lesson.objects.filter(IsAmong("pk", numbers))
    return rows.select_related("video").only(*LESSON, "first_published_at")


def _is_open(places: Mapping[int, drip.Place], one: Listed, at: datetime) -> bool:
    return one.number not in places or places[one.number].is_open(at)


def _public_feed(show: Podcast, frame: Shell) -> str:
    """The feed's address where a stranger sees this show; members have addresses of their own."""
    is_open = not frame.is_member and may_each(frame.reach, [show])[show.pk]
    return frame.origin + reverse("show_feed", args=[show.pk]) if is_open else ""


def latest_open(frame: Shell, path: str, limit: int) -> list[Episode]:
    """Return the latest episodes below a tree path that are open; to a stranger, by joining."""
    found = _found(frame, path, limit, [])
    if any(row.drips is not None for row in found):
        closed = drip.closed_below(path, frame.reach, now())
        found = _found(frame, path, limit, closed)
    return found


def _found(frame: Shell, path: str, limit: int, hidden: list[int]) -> list[Episode]:
    if _is_known(frame):
        return _heard(limit, path=path, hidden=hidden, **frame.reach.values)
    rows = Episode.objects.filter(joinable(frame.site), path__startswith=path)
    return list(_latest(rows.exclude(pk__in=hidden))[:limit])


@statement
def _heard(
    limit: int,
    *,
    path: str,
    hidden: list[int],
    root: str,
    closed: list[str],
    edited: list[str],
    at: datetime,
) -> QuerySet[Episode]:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    rows = Episode.objects.filter(seen, ~Q(IsAmong("pk", hidden)), path__startswith=path)
    return _latest(rows)[:limit]


def _latest(rows: QuerySet[Episode]) -> QuerySet[Episode]:
    """Add which artwork stands for each, its own or its show's, and whether its show drips."""
    above = Left(OuterRef("path"), Length(OuterRef("path")) - Page.steplen)
    shows = Podcast.objects.filter(path=above)
    shown = rows.select_related("media").only(*EPISODE)
    with_show = shown.annotate(
        cover=Coalesce(
            F("artwork_id"), Subquery(shows.values("artwork_id")), output_field=IntegerField()
        ),
        drips=Subquery(shows.values("opens_every")),
    )
    return with_show.order_by("-season", "-number", "-path")


def _is_known(frame: Shell) -> bool:
    return frame.member is not None and frame.member.is_authenticated


def episode_cards(
    episodes: Sequence[Any],
    frame: Shell,
    artwork: str = "",
    seen: Mapping[int, State] | None = None,
) -> list[Card]:
    """Return episodes as rows; how far each was heard is asked for where it is not at hand."""
    seen = heard_of(episodes, frame) if seen is None else seen
    return [episode_card(row, seen[row.pk], frame, artwork) for row in episodes]


def heard_of(
    episodes: Sequence[Any], frame: Shell, *, ranges_of: int | None = None
) -> dict[int, State]:
    """Return how far the visitor heard each, in one query."""
    wanted = {row.pk: asset.pk if (asset := asset_of(row)) else None for row in episodes}
    if not _is_known(frame):
        return dict.fromkeys(wanted, State())
    return states(frame.member, wanted, ranges_of=ranges_of)


def episode_card(episode: Any, state: State, frame: Shell, artwork: str = "") -> Card:
    """Return an episode, or a lesson that is one, with how far it was heard."""
    asset = asset_of(episode)
    duration = (asset.duration or 0.0) if asset else 0.0
    has_frame = bool(asset and asset.poster_id and _is_known(frame))
    picture = still(asset, episode.title, frame) if has_frame else artwork
    return Card(
        episode.title,
        address(episode, frame),
        picture or drawn(episode.title, frame),
        summary=episode.summary,
        number=getattr(episode, "number", 0),
        duration=duration,
        left=max(duration - state.position, 0.0) if state.position else 0.0,
        fraction=state.fraction,
        is_done=state.is_completed,
        lock=getattr(episode, "lock", None),
        at=episode.first_published_at,
    )
