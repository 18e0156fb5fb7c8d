"""All of a member's private addresses on a site, of shows and calendars; replaced all at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access.feeds.models import FeedKey
from core.access.feeds.queries import in_use
from core.access.feeds.services import rotate_feed_keys

from ..shell import shell_of
from .shown_once import keep, taken

FEEDS = {FeedKey.Kind.PODCAST: "podcast_feed", FeedKey.Kind.CALENDAR: "calendar_feed"}


@dataclass(frozen=True, slots=True)
class Held:
    """One private address: what it is of, and the whole of it where it was made just now."""

    key: FeedKey
    title: str
    address: str = ""


@login_required
@require_http_methods(["GET", "POST"])
def addresses(request: HttpRequest) -> HttpResponse:
    """Show what a member has given to apps and calendars; a post puts new ones in their place."""
    frame = shell_of(request)
    mine = in_use(site=frame.site, member=request.user)
    if request.method == "POST":
        with transaction.atomic():
            found = rotate_feed_keys(mine)
            keep(request, found)
        if found:
            messages.success(request, _("The old addresses play and show nothing any more."))
        return redirect("addresses")
    keys = list(mine.select_related("page").order_by("kind", "page__title", "pk"))
    made = {key.pk: token for key, token in taken(request, keys)}
    held = [_held(frame.origin, key, made.get(key.pk, "")) for key in keys]
    facts = {"held": held, "is_replaceable": any(not key.is_suspended for key in keys)}
    response = render(request, "pages/addresses.html", facts)
    add_never_cache_headers(response)
    return response


def _held(origin: str, key: FeedKey, token: str) -> Held:
    title = key.page.title if key.page else _("Your calendar")
    return Held(key, title, origin + reverse(FEEDS[key.kind], args=[token]) if token else "")
