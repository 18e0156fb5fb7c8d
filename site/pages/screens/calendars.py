"""A member's own calendar address: made, fetched by calendars, forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, get_conditional_response
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access.feeds.errors import FeedError, RevokedKey, TooManyTries, UnknownKey
from core.access.feeds.models import FeedKey
from core.access.feeds.queries import in_use
from core.access.feeds.services import (
    count_visit,
    issue_feed_key,
    read_feed_key,
    revoke_feed_keys,
)
from core.access.queries import reach_of, within
from core.access.services import may_each
from core.database.statements import statement

from ..events.calendars import calendar_of
from ..events.queries import places_each
from ..models import Event
from ..shell import shell_of
from .calendar import TYPE, entry_of
from .shown_once import keep, taken

CALENDAR = FeedKey.Kind.CALENDAR
KEPT = timedelta(days=90)  # how long what is over stays in a calendar
MOST = 500  # what comes next before what was last


@login_required
@require_http_methods(["GET", "POST"])
def calendars(request: HttpRequest) -> HttpResponse:
    """Show the addresses a member has given to calendars, and make one more."""
    frame = shell_of(request)
    if request.method == "POST":
        _make(request)
        return redirect("calendars")
    keys = list(in_use(site=frame.site, kind=CALENDAR, member=request.user))
    made = [_offers(frame.origin, token) for _key, token in taken(request, keys)]
    facts = {"keys": keys, "made": made}
    response = render(request, "pages/calendars.html", facts)
    add_never_cache_headers(response)
    return response


def _make(request: HttpRequest) -> None:
    site = shell_of(request).site
    try:
        with transaction.atomic():
            keep(request, [issue_feed_key(member=request.user, site=site, kind=CALENDAR)])
    except FeedError as error:
        messages.error(request, str(error))


def _offers(origin: str, token: str) -> dict[str, str]:
    """Return an address, and the ways to hand it to a calendar."""
    whole = origin + reverse("calendar_feed", args=[token])
    webcal = "webcal://" + whole.partition("://")[2]
    return {
        "whole": whole,
        "webcal": webcal,
        "google": f"https://calendar.google.com/calendar/render?cid={quote(webcal, safe='')}",
        "outlook": f"https://outlook.live.com/calendar/0/addfromweb?url={quote(whole, safe='')}",
    }


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of a member's own addresses."""
    mine = in_use(site=shell_of(request).site, kind=CALENDAR, member=request.user).filter(pk=pk)
    if not revoke_feed_keys(mine):
        raise Http404
    messages.success(request, _("That address shows nothing any more."))
    return redirect("calendars")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar with all that its member may come to, as it is now."""
    frame = shell_of(request)
    try:
        key = read_feed_key(token, kind=CALENDAR, site=frame.site, request=request)
    except UnknownKey as error:
        status = 410 if isinstance(error, RevokedKey) else 404
        return HttpResponse(str(error), status=status, content_type="text/plain; charset=utf-8")
    except TooManyTries as error:
        waiting = {"Retry-After": str(error.seconds)}
        return HttpResponse(str(error), status=429, content_type="text/plain", headers=waiting)
    count_visit(key=key, request=request)
    text = _written(request, key)
    etag = f'"{sha256(text).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(text, content_type=TYPE)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _written(request: HttpRequest, key: FeedKey) -> bytes:
    frame = shell_of(request)
    name = frame.brand_name
    if key.is_suspended:
        return calendar_of([], name=_("%(name)s (paused)") % {"name": name})
    reach = reach_of(key.member, frame.site)
    events = _shown(MOST, since=now() - KEPT, **reach.values)
    allowed = may_each(reach, events)
    events = [event for event in events if allowed[event.pk]]
    events.sort(key=lambda event: (event.starts_at, event.pk))  # the same bytes once one is over
    places = places_each(events, key.member)
    return calendar_of(
        [entry_of(event, frame, places[event.pk], is_member=True) for event in events], name=name
    )


@statement
def _shown(
    most: int,
    *,
    root: str,
    closed: list[str],
    edited: list[str],
    at: datetime,
    since: datetime,
) -> QuerySet[Event]:
    seen = within(root=root, closed=closed, edited=edited, at=at)
    rows = Event.objects.filter(seen, ends_at__gt=since).select_related("edition")
    coming = Case(When(ends_at__gt=at, then="starts_at")).asc(nulls_last=True)
    return rows.defer("body", "worksheets").order_by(coming, "-starts_at", "pk")[:most]
