"""From an address to a page: one query for the row, one for what it is, and the privacy of both.

Wagtail walks the tree a level a query; its hooks, its redirects, its password forms and routable
pages are kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_cache_control
from wagtail import hooks
from wagtail.models import Page
from wagtail.views import serve_chain
from wagtail.wagtail_hooks import check_view_restrictions

from core.access.queries import Reach
from core.access.services import may_each
from core.database.statements import statement

from .models import Lesson, Module
from .shell import shell_of

PUBLIC_SECONDS = 60
PRIVACY = {"sign_in", "not_yours", "password"}  # reasons that say nothing of the page
UNSHOWN = (  # what only the admin asks of a page: a fifth of its columns
    *("draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at"),
    *("live_revision", "last_published_at", "owner", "locked", "locked_at", "locked_by"),
    *("alias_of", "translation_key", "show_in_menus", "expired"),
)


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Show the page at ``path`` through Wagtail's hooks."""
    page, args, kwargs = _find(request, path)
    chain = serve_chain
    for hook in reversed(hooks.get_hooks("on_serve_page")):
        chain = _guard(chain) if hook is check_view_restrictions else hook(chain)
    for hook in hooks.get_hooks("before_serve_page"):
        answer = hook(page, request, args, kwargs)
        if isinstance(answer, HttpResponse):
            return answer
    return chain(page, request, args, kwargs)


def _find(request: HttpRequest, path: str) -> tuple[Page, Any, Any]:
    site = shell_of(request).site
    if site is None:
        raise Http404
    url_path = site.root_page.url_path + (path if not path or path.endswith("/") else f"{path}/")
    page = _page_at(url_path, site.root_page.path)
    if page is None or hasattr(page, "resolve_subpage"):
        found = Page.route_for_request(request, path)  # routable pages resolve below themselves
        if found is None:
            raise Http404
        return found
    if not page.live:
        raise Http404
    return page, [], {}


def _page_at(url_path: str, root: str) -> Page | None:
    """Return the page with all that its type says of it, in two queries."""
    for number, kind in _kinds(url_path=url_path, root=root):
        model = ContentType.objects.get_for_id(kind).model_class()
        return _specific.one(model, number=number) if model else None
    return None


@statement
def _kinds(*, url_path: str, root: str) -> QuerySet[Page, Any]:
    rows = Page.objects.filter(url_path=url_path, path__startswith=root).order_by("path")
    return rows.values_list("pk", "content_type")[:1]


@statement
def _specific(model: type[Page], *, number: int) -> QuerySet[Page]:
    shown_with = getattr(model, "shown_with", ())
    return model.objects.filter(pk=number).select_related(*shown_with).defer(*UNSHOWN)


def _guard(then: Any) -> Any:
    """Stand in for Wagtail's check: the same privacy, and a screen that says why."""

    def guarded(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        decision = may_each(shell_of(request).reach, [page])[page.pk]
        if decision:
            return _kept(request, then(page, request, args, kwargs))
        codes = {reason.code for reason in decision.reasons}
        if codes == {"password"}:
            return check_view_restrictions(then)(page, request, args, kwargs)
        if "sign_in" in codes:
            response = redirect_to_login(request.get_full_path())
        else:
            response = locked(request, page, decision.reasons)
        add_never_cache_headers(response)
        return response

    return guarded


def locked(request: HttpRequest, page: Page, reasons: Any) -> HttpResponse:
    """Say in plain words why a page is closed; its name and what opens it where lists tell them."""
    facts = {"page_title": page.title, "reasons": reasons, "is_named": True, "is_locked": True}
    if not _is_named(page, shell_of(request).reach):
        why = [replace(one, remedy="", url="") for one in reasons if one.code in PRIVACY]
        facts |= {"page_title": "", "reasons": why, "is_named": False}
    return render(request, "pages/locked.html", facts, status=403)


def _is_named(page: Page, reach: Reach) -> bool:
    """Tell whether somebody meets a closed page's name elsewhere, by the rule of every list.

    Lists and search leave out what privacy closes. An outline names its modules, its lessons.
    """
    if not any(page.path.startswith(row.page.path) for row in reach.unmet):
        return True
    if page.specific_class not in {Module, Lesson}:
        return False
    above = page.get_parent()
    return bool(may_each(reach, [above])[above.pk])


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let a shared cache keep what a stranger was shown, and nothing else."""
    if response.has_header("Cache-Control"):
        return response
    if request.user.is_authenticated or request.method not in {"GET", "HEAD"}:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=0, s_maxage=PUBLIC_SECONDS)
    return response
