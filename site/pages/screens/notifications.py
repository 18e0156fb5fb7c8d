"""The bell, all that one was told, and what one wants to be told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.notify import queries, services
from core.notify.errors import BadLink

from ..shell import shell_of

AT_THE_BELL, A_PAGE = 8, 30


def _kept_to_oneself(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response


@login_required
@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    """Show all that a member was told here, newest first."""
    told = queries.shown_to(request.user, shell_of(request).site)
    page = Paginator(told, A_PAGE).get_page(request.GET.get("page"))
    return _kept_to_oneself(render(request, "pages/notifications.html", {"told": page}))


@login_required
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """Show the newest, for the popover at the bell."""
    site = shell_of(request).site
    facts = {
        "told": queries.latest(request.user, site, AT_THE_BELL),
        "unread": queries.unread(request.user, site),
    }
    return _kept_to_oneself(render(request, "pages/notifications/latest.html", facts))


@login_required
@require_POST
def read(request: HttpRequest, notification: UUID) -> HttpResponse:
    """Note that one was read, and lead to what it is about."""
    site = shell_of(request).site
    told = services.mark_read(member=request.user, site=site, notification=notification)
    if told is None:
        raise Http404
    return redirect(told.url if _is_path(told.url) else "notifications")


def _is_path(url: str) -> bool:
    return url.startswith("/") and not url.startswith("//")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Note that all were read."""
    services.mark_all_read(member=request.user, site=shell_of(request).site)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("notifications")


@login_required
@require_http_methods(["GET", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    """Let a member choose, kind by kind, what reaches them and how."""
    choices = queries.choices(request.user, shell_of(request).site)
    if request.method == "POST":
        services.choose(member=request.user, chosen=_chosen(request, choices))
        messages.success(request, _("Saved."))
        return redirect("notification_settings")
    facts = {"choices": choices, "channels": choices[0].cells if choices else []}
    return _kept_to_oneself(render(request, "account/notifications.html", facts))


def _chosen(request: HttpRequest, choices: list[queries.Choice]) -> dict[tuple[str, str], bool]:
    return {
        (choice.kind.name, cell.channel): f"{choice.kind.name}:{cell.channel}" in request.POST
        for choice in choices
        for cell in choice.cells
    }


@csrf_exempt  # a mail program posts without a form of ours; the signed token is the proof
@require_http_methods(["GET", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Switch one kind off by a mail's link; only a post does it, for scanners open links."""
    try:
        number, kind, channel = services.read_off_token(token)
    except BadLink:
        raise Http404 from None
    member = get_user_model().objects.filter(pk=number).first()
    known, ways = queries.kinds().get(kind), queries.channels()
    if member is None or known is None or channel not in ways:
        raise Http404
    if request.method == "POST":
        is_on = request.POST.get("undo") == "yes"
        services.choose(member=member, chosen={(kind, channel): is_on})
    facts: dict[str, Any] = {
        "kind": known,
        "channel": ways[channel],
        "is_on": channel in queries.wanted(member, known),
        "has_chosen": request.method == "POST",
    }
    return _kept_to_oneself(render(request, "pages/notifications/off.html", facts))
