"""A podcast: its artwork and its episodes, the latest first."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Left, Length
from django.http import HttpRequest
from wagtail.models import Page

from core.access.queries import joinable
from core.progress.queries import State, states

from ..cards import Card, address
from ..models import Episode, Podcast
from ..pictures import SQUARE, covers, drawn, still
from ..shell import Shell, shell_of

SHOWN = 60


def context(request: HttpRequest, page: Podcast) -> dict[str, Any]:
    frame = shell_of(request)
    episodes = episodes_of(frame, path__startswith=page.path)[:SHOWN]
    artwork = covers([page.artwork_id], SQUARE).get((page.artwork_id, SQUARE)) or drawn(
        page.title, frame
    )
    return {"artwork": artwork, "episodes": episode_cards(episodes, frame, artwork)}


def episodes_of(frame: Shell, **which: Any) -> Any:
    """Return the episodes a member may hear, latest first; to a stranger, what joining opens."""
    seen = frame.seen if _is_known(frame) else joinable(frame.site)
    rows = Episode.objects.filter(seen, **which)
    return rows.select_related("media").order_by("-season", "-number", "-path")


def with_artwork(episodes: Any) -> Any:
    """Add the number of the artwork of each episode's podcast."""
    above = Left(OuterRef("path"), Length(OuterRef("path")) - Page.steplen)
    shows = Podcast.objects.filter(path=above)
    return episodes.annotate(artwork=Subquery(shows.values("artwork_id")))


def _is_known(frame: Shell) -> bool:
    return frame.member is not None and frame.member.is_authenticated


def episode_cards(episodes: Any, frame: Shell, artwork: str = "") -> list[Card]:
    """Return episodes as rows, in two queries."""
    rows = list(episodes)
    wanted = {row.pk: row.media_id for row in rows}
    known = _is_known(frame)
    seen = states(frame.member, wanted) if known else dict.fromkeys(wanted, State())
    return [episode_card(row, seen[row.pk], frame, artwork) for row in rows]


def episode_card(episode: Episode, state: State, frame: Shell, artwork: str = "") -> Card:
    """Return an episode with how far it was heard."""
    duration = (episode.media.duration or 0.0) if episode.media else 0.0
    has_frame = bool(episode.media and episode.media.poster_id)
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
        at=episode.first_published_at,
    )
