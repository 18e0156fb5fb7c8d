"""The synced caption editor: its page, its drafts and versions."""

import json

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.media.errors import MediaError, Outdated
from core.media.transcripts import services
from core.media.transcripts.models import TranscriptVersion

from .listing import crumbs
from .queries import changeable_asset, transcript_of
from .texts import editor_words

LARGEST = 12 * 2**20  # bytes of one save: a day of talk with the time of every word


@never_cache
@require_GET
def edit(request, pk, language):
    """The editor, with the draft where there is one."""
    asset = changeable_asset(request, pk)
    transcript = transcript_of(asset, language)
    draft = transcript.drafts.filter(author=request.user).first()
    base = draft.base_id if draft else transcript.current_id
    config = {
        "cues": draft.cues if draft else transcript.current.cues,
        "base": base,
        "isDraft": draft is not None,
        "save": reverse("media_library:words_save", args=[pk, language]),
        "duration": asset.duration or 0,
        "words": editor_words(),
    }
    return render(
        request,
        "pages/admin/media/captions/edit.html",
        {
            "asset": asset,
            "transcript": transcript,
            "config": config,
            "draft": draft,
            "is_outdated": bool(draft) and draft.base_id != transcript.current_id,
            "versions": transcript.versions.select_related("author").defer("cues")[:30],
            "page_title": transcript.label,
            "breadcrumbs_items": crumbs(asset, _("Captions and chapters"), transcript.label),
        },
    )


@require_POST
def save(request, pk, language):
    """Keep a draft, or write a version; 409 where somebody else saved meanwhile."""
    asset = changeable_asset(request, pk)
    transcript = transcript_of(asset, language)
    try:
        sent = _sent(request)
        if sent.get("draft"):
            draft = services.keep_draft(
                transcript=transcript, author=request.user, base=sent["base"], cues=sent["cues"]
            )
            return JsonResponse({"kept": _clock(draft.changed_at)})
        version = services.write(
            asset=asset,
            language=language,
            cues=sent["cues"],
            origin=TranscriptVersion.Origin.EDITED,
            author=request.user,
            base=sent["base"],
        )
    except Outdated as error:
        current = transcript_of(asset, language).current
        return JsonResponse({"message": str(error), "current": current.pk}, status=409)
    except MediaError as error:
        return JsonResponse({"message": str(error)}, status=400)
    answer = {"base": version.pk, "number": version.number, "cues": version.cues}
    return JsonResponse({**answer, "kept": _clock(version.created_at)})


def _sent(request) -> dict:
    try:
        sent = json.loads(request.read(LARGEST))
        return {"cues": sent["cues"], "base": int(sent["base"]), "draft": bool(sent.get("draft"))}
    except (ValueError, KeyError, TypeError) as error:
        raise MediaError(
            _("The page sent something unreadable. Reload it and try again.")
        ) from error


def _clock(at) -> str:
    return format_date(localtime(at), "H:i:s")


@require_POST
def restore(request, pk, language, number):
    """Let an earlier version count again; what was typed and not saved is let go."""
    asset = changeable_asset(request, pk)
    transcript = transcript_of(asset, language)
    version = get_object_or_404(transcript.versions, number=number)
    made = services.restore(version, author=request.user)
    messages.success(
        request,
        _("Version %(old)d is back, as version %(new)d.") % {"old": number, "new": made.number},
    )
    return redirect("media_library:words_edit", pk, language)


@require_POST
def discard(request, pk, language):
    """Forget what was typed and not saved."""
    asset = changeable_asset(request, pk)
    services.drop_draft(transcript=transcript_of(asset, language), author=request.user)
    return redirect("media_library:words_edit", pk, language)
