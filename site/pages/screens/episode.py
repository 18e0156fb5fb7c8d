"""An episode: its player, its notes, and what else there is to hear."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from core.database.statements import statement

from ..cards import Card, address
from ..models import Episode, Podcast
from ..pictures import SQUARE, covers, drawn
from ..shell import shell_of
from .player import player_of
from .podcast import episode_cards, episodes_of, heard_of

MORE = 6


def context(request: HttpRequest, page: Episode) -> dict[str, Any]:
    frame = shell_of(request)
    above = page.path[: -Page.steplen]
    show = _show.one(path=above)
    pictures = covers([show.artwork_id], SQUARE) if show else {}
    artwork = pictures.get((show.artwork_id, SQUARE), "") if show else ""
    others = [row for row in episodes_of(frame, above, MORE + 1) if row.pk != page.pk][:MORE]
    seen = heard_of([page, *others], frame, ranges_of=page.pk)
    return {
        "show": show and Card(show.title, address(show, frame), summary=show.author),
        "artwork": artwork or drawn(show.title if show else page.title, frame),
        "player": player_of(request, page, page.media, seen[page.pk]),
        "episodes": episode_cards(others, frame, artwork, seen),
    }


@statement
def _show(*, path: str) -> QuerySet[Podcast]:
    return Podcast.objects.filter(path=path).defer("body")
