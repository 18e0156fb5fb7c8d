"""The synced caption editor: its page, its drafts and versions."""

import json

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.media.errors import MediaError, Moved, Outdated
from core.media.transcripts import services
from core.media.transcripts.models import TranscriptVersion

from .history import versions_of
from .listing import crumbs
from .queries import changeable_asset, transcript_of
from .texts import editor_words

NEWEST = 10  # versions beside the editor
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
        "edition": asset.edition,
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
            "versions": versions_of(transcript)[:NEWEST],
            "has_more": transcript.versions.count() > NEWEST,
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
        if sent.pop("draft"):
            draft = services.keep_draft(transcript=transcript, author=request.user, **sent)
            return JsonResponse({"kept": _clock(draft.changed_at)})
        version = services.write(
            asset=asset,
            language=language,
            origin=TranscriptVersion.Origin.EDITED,
            author=request.user,
            **sent,
        )
    except Outdated as error:
        return JsonResponse(_theirs(asset, language, error), status=409)
    except MediaError as error:
        return JsonResponse({"message": str(error)}, status=400)
    answer = {"base": version.pk, "number": version.number, "cues": version.cues}
    return JsonResponse({**answer, "kept": _clock(version.created_at)})


def _theirs(asset, language, error) -> dict:
    """What stands by now, where to read it, and whether the seconds have moved."""
    current = transcript_of(asset, language).current
    return {
        "message": str(error),
        "current": current.pk,
        "look": reverse("media_library:words_version", args=[asset.pk, language, current.number]),
        "reload": isinstance(error, Moved),
    }


def _sent(request) -> dict:
    try:
        sent = json.loads(request.read(LARGEST))
        edition = sent.get("edition")
        return {
            "cues": sent["cues"],
            "base": int(sent["base"]),
            "draft": bool(sent.get("draft")),
            "edition": None if edition is None else int(edition),
        }
    except (ValueError, KeyError, TypeError) as error:
        raise MediaError(
            _("The page sent something unreadable. Reload it and try again.")
        ) from error


def _clock(at) -> str:
    return format_date(localtime(at), "H:i:s")


@require_POST
def discard(request, pk, language):
    """Forget what was typed and not saved."""
    asset = changeable_asset(request, pk)
    services.drop_draft(transcript=transcript_of(asset, language), author=request.user)
    return redirect("media_library:words_edit", pk, language)
