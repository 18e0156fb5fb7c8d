"""The words of a lesson or an episode as a page to read, print and keep; it needs no script."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.models import Page, Site

from core.access.services import may
from core.media.transcripts.languages import label_of
from core.media.transcripts.queries import published_cues
from core.media.transcripts.spoken import paragraphs

from ..viewer import viewer
from .player import asset_of


@never_cache
@require_GET
def transcript(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what is said, to whoever may play it; others are sent to the page, which says why."""
    site = Site.find_for_request(request)
    found = Page.objects.live().filter(pk=page_id).first()
    if site is None or found is None or not found.url_path.startswith(site.root_page.url_path):
        raise Http404
    page = found.specific
    asset = asset_of(page)
    if asset is None:
        raise Http404
    if not may(viewer(request), asset, site=site, page=page):
        return redirect(page.get_url(request))
    spoken = published_cues(asset.pk, request.GET.get("language", "")[:35])
    if spoken is None:
        raise Http404
    language, cues = spoken
    others = [tag for tag in asset.tracks.get("captions", ()) if tag != language]
    context = {
        "page": page,
        "url": page.get_url(request),
        "language": language,
        "paragraphs": paragraphs(cues),
        "others": [(tag, label_of(tag)) for tag in others],
    }
    return render(request, "pages/transcript.html", context)
