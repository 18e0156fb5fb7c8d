"""An episode: its player, its notes, and what else there is to hear."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

from ..cards import Card, address
from ..models import Episode, Podcast
from ..pictures import SQUARE, covers, drawn
from ..shell import shell_of
from .player import player_of
from .podcast import episode_cards, episodes_of

MORE = 6


def context(request: HttpRequest, page: Episode) -> dict[str, Any]:
    frame = shell_of(request)
    above = page.path[: -Page.steplen]
    show = Podcast.objects.filter(path=above).defer("body").first()
    pictures = covers([show.artwork_id], SQUARE) if show else {}
    artwork = pictures.get((show.artwork_id, SQUARE), "") if show else ""
    others = episodes_of(frame, path__startswith=above).exclude(pk=page.pk).defer("body")[:MORE]
    return {
        "show": show and Card(show.title, address(show, frame), summary=show.author),
        "artwork": artwork or drawn(show.title if show else page.title, frame),
        "player": player_of(request, page),
        "episodes": episode_cards(others, frame, artwork),
    }
