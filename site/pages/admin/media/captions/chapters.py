"""The chapter editor: a line of time, a list, and proposals from the transcript."""

import json

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.media.chapters.proposing import proposed
from core.media.chapters.queries import chapters_of
from core.media.chapters.services import replace_chapters
from core.media.errors import MediaError, Outdated

from .listing import crumbs
from .queries import changeable_asset
from .texts import editor_words

LARGEST = 2**18  # bytes


@never_cache
@require_http_methods(["GET", "POST"])
def chapters(request, pk):
    """Show the editor; take what it sends."""
    asset = changeable_asset(request, pk)
    if request.method == "POST":
        return _save(request, asset)
    config = {
        "chapters": chapters_of(asset.pk),
        "save": reverse("media_library:chapters", args=[pk]),
        "propose": reverse("media_library:chapters_proposed", args=[pk]),
        "duration": asset.duration or 0,
        "words": editor_words(),
    }
    return render(
        request,
        "pages/admin/media/captions/chapters.html",
        {
            "asset": asset,
            "config": config,
            "has_words": asset.transcripts.exclude(current=None).exists(),
            "page_title": _("Chapters"),
            "breadcrumbs_items": crumbs(asset, _("Chapters")),
        },
    )


def _save(request, asset):
    try:
        sent = json.loads(request.read(LARGEST))
        marks, base = _marks(sent["chapters"]), _marks(sent["base"])
        kept = replace_chapters(asset=asset, chapters=marks, base=base)
    except Outdated as error:
        return JsonResponse({"message": str(error)}, status=409)
    except MediaError as error:
        return JsonResponse({"message": str(error)}, status=400)
    except (ValueError, KeyError, TypeError):
        words = _("The page sent something unreadable. Reload it and try again.")
        return JsonResponse({"message": words}, status=400)
    return JsonResponse({"chapters": kept, "kept": format_date(localtime(now()), "H:i:s")})


def _marks(rows) -> list[tuple[float, str]]:
    return [(float(at), str(title)) for at, title in rows]


@require_GET
def chapters_proposed(request, pk):
    """Where chapters might begin, by the transcript that players show first."""
    asset = changeable_asset(request, pk)
    transcript = asset.transcripts.exclude(current=None).select_related("current").first()
    found = proposed(transcript.current.cues) if transcript else []
    return JsonResponse({"chapters": found})
