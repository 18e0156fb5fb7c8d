"""An event: when it is for this member, and the one thing to do now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import get_current_timezone_name, now
from wagtail.models import Page

from ..cards import Card, address
from ..middleware import zone
from ..models import Event
from ..shell import shell_of
from .player import player_of

DOORS_OPEN = timedelta(minutes=15)


def context(request: HttpRequest, page: Event) -> dict[str, Any]:
    frame = shell_of(request)
    above = Page.objects.filter(path=page.path[: -Page.steplen]).first()
    announced = page.starts_at.astimezone(zone(page.timezone))
    has_replay = bool(page.replay and page.replay.is_playable)
    mine = get_current_timezone_name()
    return {
        "coaching": above and Card(above.title, address(above, frame)),
        "phase": phase_of(page, now()),
        "zone": mine.replace("_", " "),
        "announced": announced.strftime("%H:%M") if page.timezone != mine else "",
        "announced_zone": page.timezone.replace("_", " "),
        "can_join": bool(page.join_url) and frame.is_member,
        "player": player_of(request, page, page.replay) if has_replay else None,
        "has_replay": has_replay,
    }


def phase_of(event: Event, at: datetime) -> str:
    """Return before, open (the doors are), live, or over."""
    if at >= event.ends_at:
        return "over"
    if at >= event.starts_at:
        return "live"
    return "open" if at >= event.starts_at - DOORS_OPEN else "before"
