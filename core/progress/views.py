"""What a member keeps, by plain form posts; each leads back to its page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page, Site

from . import queries, services
from .api import page_for, who
from .forms import BookmarkForm, NoteForm
from .models import Bookmark


def _back(request: HttpRequest, page: Page) -> HttpResponse:
    """Lead to the form's ``next`` where that is ours, else to the page."""
    wanted = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        wanted = page.get_url(request) or "/"
    return HttpResponseRedirect(wanted)


@login_required
@require_POST
def complete(request: HttpRequest, page_id: int) -> HttpResponse:
    page = page_for(request, page_id)
    services.mark_complete(member=who(request), page=page, site=Site.find_for_request(request))
    messages.success(request, _("Marked as complete."))
    return _back(request, page)


@login_required
@require_POST
def note(request: HttpRequest, page_id: int) -> HttpResponse:
    page = page_for(request, page_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _refused(form)
    services.save_note(
        member=who(request),
        page=page,
        text=form.cleaned_data["text"].replace("\r\n", "\n"),
        base_version=form.cleaned_data["base_version"] or 0,
        keep_both=True,
    )
    messages.success(request, _("Note saved."))
    return _back(request, page)


@login_required
@require_POST
def bookmark(request: HttpRequest, page_id: int) -> HttpResponse:
    page = page_for(request, page_id)
    form = BookmarkForm(request.POST)
    if not form.is_valid():
        return _refused(form)
    services.add_bookmark(member=who(request), page=page, **form.cleaned_data)
    messages.success(request, _("Bookmark added."))
    return _back(request, page)


@login_required
@require_POST
def remove_bookmark(request: HttpRequest, bookmark_id: int) -> HttpResponse:
    mark = get_object_or_404(
        Bookmark.objects.select_related("page"), pk=bookmark_id, member=request.user
    )
    services.remove_bookmark(member=who(request), bookmark_id=mark.pk)
    messages.success(request, _("Bookmark removed."))
    return _back(request, mark.page)


@login_required
@require_GET
def export_notes(request: HttpRequest) -> HttpResponse:
    """Give the member all own notes of this site as one Markdown file."""
    text = queries.notes_as_markdown(who(request), Site.find_for_request(request))
    return HttpResponse(
        text,
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="notes.md"'},
    )


def _refused(form: NoteForm | BookmarkForm) -> HttpResponse:
    said = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")
