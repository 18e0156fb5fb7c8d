"""An episode: its player, its notes, and what else there is to hear."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

from ..cards import Card, address
from ..models import Episode, Podcast
from ..pictures import SQUARE, covers, drawn
from ..shell import shell_of
from .podcast import episode_cards, episodes_of

MORE = 6


def context(request: HttpRequest, page: Episode) -> dict[str, Any]:
    frame = shell_of(request)
    show = Podcast.objects.filter(path=page.path[: -Page.steplen]).first()
    artwork = covers([show.artwork_id], SQUARE).get((show.artwork_id, SQUARE)) if show else ""
    more = episodes_of(frame, path__startswith=page.path[: -Page.steplen]).exclude(pk=page.pk)
    return {
        "show": show and Card(show.title, address(show, frame), summary=show.author),
        "artwork": artwork or drawn(show.title if show else page.title, frame),
        "episodes": episode_cards(more[:MORE], frame, artwork or ""),
    }
