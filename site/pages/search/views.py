"""The search page, and what is suggested while typing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from ninja.throttling import UserRateThrottle

from ..shell import shell_of
from .hits import grouped
from .queries import search as find

SEARCHES = UserRateThrottle("60/m")
SUGGESTIONS = UserRateThrottle("180/m")
LONGEST = 200  # letters


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Show everything that fits ``?q=``, grouped by type."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    if query and not SEARCHES.allow_request(request):
        return _too_many(request, "pages/search.html", query)
    hits = _hits(request, query, 50)
    context = {"query": query, "groups": grouped(hits), "count": len(hits)}
    return render(request, "pages/search.html", context)


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Show the best few that fit ``?q=``, as a list for the search dialog."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    if query and not SUGGESTIONS.allow_request(request):
        return _too_many(request, "pages/search_suggestions.html", query)
    context = {"query": query, "hits": _hits(request, query, 7)}
    return render(request, "pages/search_suggestions.html", context)


def _hits(request: HttpRequest, query: str, limit: int) -> list:
    frame = shell_of(request)
    return find(frame.reach, query, limit=limit) if frame.site else []


def _too_many(request: HttpRequest, template: str, query: str) -> HttpResponse:
    context = {"query": query, "error": _("That was very fast. Wait a moment, then search again.")}
    return render(request, template, context, status=429)
