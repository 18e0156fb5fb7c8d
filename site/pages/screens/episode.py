"""An episode: its player, its notes, and what else there is to hear."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page

from core.database.statements import statement

from ..cards import Card, address
from ..models import Episode, Podcast
from ..pictures import SQUARE, covers, drawn
from ..podcasts.words import chapters, speakers, transcript
from ..shell import shell_of
from .player import player_of
from .podcast import episode_cards, heard_of, latest_open

MORE = 6


def context(request: HttpRequest, page: Episode) -> dict[str, Any]:
    frame = shell_of(request)
    above = page.path[: -Page.steplen]
    show = _show.one(path=above)
    cover = page.artwork_id or (show.artwork_id if show else None)
    artwork = covers([cover], SQUARE).get((cover, SQUARE), "") if cover else ""
    others = [row for row in latest_open(frame, above, MORE + 1) if row.pk != page.pk][:MORE]
    seen = heard_of([page, *others], frame, ranges_of=page.pk)
    player = player_of(request, page, page.media, seen[page.pk])
    is_open = bool(player and player.get("source"))
    language, said = transcript(page.media) if is_open else ("", [])
    return {
        "show": show and Card(show.title, address(show, frame), summary=show.author),
        "artwork": artwork or drawn(show.title if show else page.title, frame),
        "player": player,
        "subscribe_url": reverse("subscribe", args=[show.pk]) if show else "",
        "speakers": speakers(page.persons, show.persons if show else ()),
        "chapters": chapters(page.media) if is_open else [],
        "transcript": said,
        "language": language,
        "has_seasons": page.season > 1 or any(row.season > 1 for row in others),
        "episodes": episode_cards(others, frame, artwork, seen),
    }


@statement
def _show(*, path: str) -> QuerySet[Podcast]:
    return Podcast.objects.filter(path=path).defer("body")
