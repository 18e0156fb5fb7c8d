"""An event: when it is for this member, and the one thing to do now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from core.access.services import may_each

from ..cards import Card, address
from ..events import services
from ..events.errors import EventError
from ..events.queries import (
    Places,
    has_replay,
    is_expired,
    is_overrunning,
    phase_of,
    places_of,
)
from ..middleware import zone
from ..models import Event
from ..shell import shell_of
from .coaching import clock_of
from .player import player_of

__all__ = ["context", "phase_of", "place", "room"]


def context(request: HttpRequest, page: Event) -> dict[str, Any]:
    frame, moment = shell_of(request), now()
    above = Page.objects.filter(path=page.path[: -Page.steplen]).first()
    mine = clock_of(page, frame)
    phase, places = phase_of(page, moment), places_of(page, frame.member)
    is_played = phase == "over" and has_replay(page, moment)
    player = player_of(request, page, page.replay) if is_played else None
    return {
        "coaching": above and Card(above.title, address(above, frame)),
        "number": page.pk or 0,  # a preview of what is not saved yet has none
        "phase": phase,
        "clock": mine,
        "zone": mine.replace("_", " "),
        "announced": mine != page.timezone,
        "announced_hours": page.starts_at.astimezone(zone(page.timezone)).strftime("%H:%M"),
        "announced_zone": page.timezone.replace("_", " "),
        "places": places,
        "act": f"pages/event/acts/{act_of(page, phase, places, is_member=frame.is_member)}.html",
        "player": player,
        "has_replay": is_played,
        "is_expired": is_played and is_expired(page, moment),
    }


def act_of(event: Event, phase: str, places: Places, *, is_member: bool) -> str:
    """Return the one thing to do now; each is a small template of that name."""
    if phase == "cancelled":
        return "cancelled"
    if phase == "over":
        is_let_in = is_member and places.may_enter and event.join_url
        return _afterwards(event, is_let_in=bool(is_let_in))
    if not is_member:
        return "sign_in"
    if phase != "before" and places.may_enter:
        return "enter" if event.join_url else "wait"
    if places.is_coming or places.is_waiting:
        return "coming" if places.is_coming else "waiting"
    return "queue" if places.is_full else "come"


def _afterwards(event: Event, *, is_let_in: bool) -> str:
    moment = now()
    if not has_replay(event, moment):
        return "overrun" if is_let_in and is_overrunning(event, moment) else "over"
    return "expired" if is_expired(event, moment) else "watch"


@login_required
@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place, or give it back."""
    event, back = _seen(request, pk)
    try:
        if request.POST.get("answer") == "no":
            services.give_back(event=event, member=request.user)
            messages.success(request, _("You are off the list."))
        else:
            row = services.take_place(event=event, member=request.user)
            messages.success(request, _said(row))
    except EventError as error:
        messages.error(request, str(error))
    return redirect(back)


def _said(row: Any) -> str:
    if row.state == row.State.COMING:
        return _("You are coming. We will remind you.")
    return _("You are on the waiting list. We tell you as soon as there is a place.")


@login_required
@require_GET
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead whoever may go in to the room; its address stands on no page."""
    event, back = _seen(request, pk)
    try:
        there = services.enter(event=event, member=request.user)
    except EventError as error:
        messages.error(request, str(error))
        there = back
    response = HttpResponseRedirect(there)
    response["Referrer-Policy"] = "no-referrer"
    add_never_cache_headers(response)
    return response


def _seen(request: HttpRequest, pk: int) -> tuple[Event, str]:
    """Return an event that the member may see, and its address."""
    frame = shell_of(request)
    event = Event.objects.filter(pk=pk, live=True).first()
    if event is None or not event.path.startswith(frame.site.root_page.path):
        raise Http404
    if not may_each(frame.reach, [event])[event.pk]:
        raise Http404
    return event, address(event, frame)
