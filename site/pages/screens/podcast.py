"""A podcast: its artwork and its episodes, the latest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left, Length
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from wagtail.models import Page

from core.access.queries import joinable, within
from core.access.services import may_each
from core.database.statements import statement
from core.progress.queries import State, states

from ..cards import Card, address
from ..models import Episode, Podcast
from ..pictures import SQUARE, covers, drawn, still
from ..podcasts import drip
from ..podcasts.words import speakers
from ..shell import Shell, shell_of
from .program import FILM, PAGE

SHOWN = 60
EPISODE = (*PAGE, "season", "number", "first_published_at", *(f"media__{name}" for name in FILM))


def context(request: HttpRequest, page: Podcast) -> dict[str, Any]:
    frame = shell_of(request)
    episodes = episodes_of(frame, page.path, SHOWN)
    artwork = covers([page.artwork_id], SQUARE).get((page.artwork_id, SQUARE)) or drawn(
        page.title, frame
    )
    cards = _told(page, episode_cards(episodes, frame, artwork))
    return {
        "artwork": artwork,
        "episodes": cards,
        "first": next((card for card in cards if not card.lock), None),
        "speakers": speakers(page.persons),
        "subscribe_url": reverse("subscribe", args=[page.pk]),
        "public_feed": _public_feed(page, frame),
    }


def _told(show: Podcast, cards: list[Card]) -> list[Card]:
    """Episodes that build on each other begin with the first."""
    return cards[::-1] if show.kind == Podcast.Kind.SERIAL else cards


def _public_feed(show: Podcast, frame: Shell) -> str:
    """The feed's address where a stranger sees this show; members have addresses of their own."""
    is_open = not frame.is_member and may_each(frame.reach, [show])[show.pk]
    return frame.origin + reverse("show_feed", args=[show.pk]) if is_open else ""


def episodes_of(frame: Shell, path: str, limit: int) -> list[Episode]:
    """Return the episodes a member may hear, latest first; to a stranger, what joining opens.

    Those of a show that opens little by little carry their ``lock`` until their day has come.
    """
    if _is_known(frame):
        found = _heard(limit, path=path, **frame.reach.values)
    else:
        rows = Episode.objects.filter(joinable(frame.site), path__startswith=path)
        found = list(_latest(rows)[:limit])
    moment = now()
    if any(row.drips is not None for row in found):
        drip.mark(found, frame.member, moment)
        for row in found:
            row.lock = row.place.against(moment)
    return found


@statement
def _heard(
    limit: int, *, path: str, root: str, closed: list[str], edited: list[str], at: datetime
) -> QuerySet[Episode]:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    return _latest(Episode.objects.filter(seen, path__startswith=path))[:limit]


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
    episodes: list[Episode],
    frame: Shell,
    artwork: str = "",
    seen: Mapping[int, State] | None = None,
) -> list[Card]:
    """Return episodes as rows; how far each was heard is asked for where it is not at hand."""
    seen = heard_of(episodes, frame) if seen is None else seen
    return [episode_card(row, seen[row.pk], frame, artwork) for row in episodes]


def heard_of(
    episodes: list[Episode], frame: Shell, *, ranges_of: int | None = None
) -> dict[int, State]:
    """Return how far the visitor heard each, in one query."""
    wanted = {row.pk: row.media_id for row in episodes}
    if not _is_known(frame):
        return dict.fromkeys(wanted, State())
    return states(frame.member, wanted, ranges_of=ranges_of)


def episode_card(episode: Episode, state: State, frame: Shell, artwork: str = "") -> Card:
    """Return an episode with how far it was heard."""
    duration = (episode.media.duration or 0.0) if episode.media else 0.0
    has_frame = bool(episode.media and episode.media.poster_id and _is_known(frame))
    picture = still(episode.media, episode.title, frame) if has_frame else artwork
    return Card(
        episode.title,
        address(episode, frame),
        picture or drawn(episode.title, frame),
        summary=episode.summary,
        number=episode.number,
        duration=duration,
        left=max(duration - state.position, 0.0) if state.position else 0.0,
        fraction=state.fraction,
        is_done=state.is_completed,
        lock=getattr(episode, "lock", None),
        at=episode.first_published_at,
    )
