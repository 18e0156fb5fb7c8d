"""The versions of a transcript: all of them, one to read, and bringing one back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.media.transcripts import services

from .comparing import beside, read
from .listing import crumbs
from .queries import changeable_asset, transcript_of

A_PAGE = 20


def versions_of(transcript):
    """Every version, the newest first, without its words."""
    return transcript.versions.select_related("author").defer("cues")


@never_cache
@require_GET
def versions(request, pk, language):
    """All versions, a page at a time."""
    asset = changeable_asset(request, pk)
    transcript = transcript_of(asset, language)
    page = Paginator(versions_of(transcript), A_PAGE).get_page(request.GET.get("p"))
    context = {
        "versions": page,
        "linkurl": reverse("media_library:words_versions", args=[pk, language]),
    }
    return _shown(request, asset, transcript, "all_versions", _("History"), context)


@never_cache
@require_GET
def version(request, pk, language, number):
    """One version, to read before it is brought back."""
    asset = changeable_asset(request, pk)
    transcript = transcript_of(asset, language)
    one = get_object_or_404(transcript.versions.select_related("author"), number=number)
    draft = transcript.drafts.filter(author=request.user).first()
    is_compared = bool(draft) and one.pk == transcript.current_id  # in the same seconds
    lines = beside(one.cues, draft.cues) if is_compared else read(one.cues)
    context = {
        "version": one,
        "lines": lines,
        "is_compared": is_compared,
        "differences": sum("is_different" in line for line in lines),
        "has_draft": bool(draft),
    }
    title = _("Version %(number)d") % {"number": number}
    return _shown(request, asset, transcript, "version", title, context)


def _shown(request, asset, transcript, name, title, context):
    context |= {
        "asset": asset,
        "transcript": transcript,
        "page_title": title,
        "breadcrumbs_items": crumbs(asset, _("Captions and chapters"), transcript.label, title),
    }
    return render(request, f"pages/admin/media/captions/{name}.html", context)


@require_POST
def restore(request, pk, language, number):
    """Let an earlier version count again; what was typed and not saved stays as a version."""
    asset = changeable_asset(request, pk)
    transcript = transcript_of(asset, language)
    one = get_object_or_404(transcript.versions, number=number)
    made = services.restore(one, author=request.user)
    messages.success(
        request,
        _("Version %(old)d is back, as version %(new)d.") % {"old": number, "new": made.number},
    )
    return redirect("media_library:words_edit", pk, language)
