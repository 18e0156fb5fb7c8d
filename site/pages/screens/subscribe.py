"""Subscribing to a show: a private address made, shown once, replaced and removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access.feeds.errors import FeedError
from core.access.feeds.models import FeedKey
from core.access.feeds.services import (
    MOST_KEYS,
    issue_feed_key,
    revoke_feed_keys,
    rotate_feed_keys,
)
from core.access.services import may_each

from ..models import Podcast
from ..pictures import SQUARE, covers, drawn
from ..podcasts.listening import APPS, Way, app_named, ways
from ..podcasts.readers import by_number
from ..routing import locked
from ..shell import shell_of
from .shown_once import keep, taken

PODCAST = FeedKey.Kind.PODCAST


@dataclass(frozen=True, slots=True)
class Made:
    """A new address, shown this once."""

    label: str
    address: str
    ways: list[Way]


@require_http_methods(["GET", "POST"])
def subscribe(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the ways into podcast apps, and what a post has just made."""
    show = _show(request, pk)
    if not request.user.is_authenticated:
        return _public(request, show)
    decision = may_each(shell_of(request).reach, [show])[show.pk]
    if not decision:
        return locked(request, show, decision.reasons)
    if request.method == "POST":
        _make(request, show)
        return redirect("subscribe", pk)
    return _page(request, show)


@require_POST
def replace(request: HttpRequest, pk: int, key_id: int = 0) -> HttpResponse:
    """Put new addresses in the place of one, or of all that a member has for a show."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("subscribe", args=[pk]))
    own = _own(request, _show(request, pk)).filter(suspended_at=None)
    mine = own.filter(pk=key_id) if key_id else own
    with transaction.atomic():
        found = rotate_feed_keys(mine)
        keep(request, found)
    if not found and not mine.exists():  # what a first click has replaced is no error
        raise Http404
    return redirect("subscribe", pk)


@require_POST
def remove(request: HttpRequest, pk: int, key_id: int) -> HttpResponse:
    """End one address for good; a suspended one stays, so that nobody goes around it."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("subscribe", args=[pk]))
    mine = _keys(request, _show(request, pk)).filter(pk=key_id, suspended_at=None)
    if not revoke_feed_keys(mine):
        raise Http404
    messages.success(request, _("That address plays nothing any more."))
    return redirect("subscribe", pk)


def _show(request: HttpRequest, pk: int) -> Podcast:
    frame = shell_of(request)
    if frame.site is None:
        raise Http404
    shows = Podcast.objects.live().filter(path__startswith=frame.site.root_page.path)
    return get_object_or_404(shows, pk=pk)


def _own(request: HttpRequest, show: Podcast) -> QuerySet[FeedKey]:
    """Return a member's addresses for a show, those that were ended too."""
    site = shell_of(request).site
    return FeedKey.objects.filter(site=site, kind=PODCAST, member=request.user, page=show)


def _keys(request: HttpRequest, show: Podcast) -> QuerySet[FeedKey]:
    return _own(request, show).filter(revoked_at=None).order_by("pk")


def _make(request: HttpRequest, show: Podcast) -> None:
    app = app_named(request.POST.get("app", ""))
    label, site = app.label if app else "", shell_of(request).site
    try:
        with transaction.atomic():
            made = issue_feed_key(
                member=request.user, site=site, kind=PODCAST, page=show, label=label
            )
            keep(request, [made])
    except FeedError as error:
        messages.error(request, str(error))


def _shown(request: HttpRequest, key: FeedKey, token: str) -> Made:
    address = shell_of(request).origin + reverse("podcast_feed", args=[token])
    chosen = next((app.name for app in APPS if app.label == key.label), "")
    agent = request.headers.get("User-Agent", "")
    return Made(key.label, address, ways(address, agent=agent, chosen=chosen))


def _page(request: HttpRequest, show: Podcast) -> HttpResponse:
    keys = list(_keys(request, show))
    made = [_shown(request, key, token) for key, token in taken(request, keys)]
    return _drawn(
        request,
        show,
        made=made,
        keys=keys,
        paused=next((key for key in keys if key.is_suspended), None),
        is_full=len(keys) >= MOST_KEYS,
        apps=[way.app for way in ways("", agent=request.headers.get("User-Agent", ""))],
    )


def _public(request: HttpRequest, show: Podcast) -> HttpResponse:
    """Anybody may have a public show's address; for any other, they sign in first."""
    reader = by_number(request, show.pk)
    if reader is None or request.method == "POST":
        return redirect_to_login(request.get_full_path())
    address, agent = reader.url("feed"), request.headers.get("User-Agent", "")
    return _drawn(request, show, made=[Made("", address, ways(address, agent=agent))])


def _drawn(request: HttpRequest, show: Podcast, **facts: Any) -> HttpResponse:
    frame = shell_of(request)
    pictures = covers([show.artwork_id], SQUARE)
    artwork = pictures.get((show.artwork_id, SQUARE)) or drawn(show.title, frame)
    url = "/" + show.url_path.removeprefix(frame.site.root_page.url_path)
    facts |= {"show": show, "artwork": artwork, "show_url": url, "is_public": not frame.is_member}
    response = render(request, "pages/subscribe.html", facts)
    add_never_cache_headers(response)
    return response
