"""The chapter editor: a line of time, a list, and proposals from the transcript."""

import json

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.media.chapters.proposing import proposed
from core.media.chapters.queries import chapters_of
from core.media.chapters.services import replace_chapters
from core.media.errors import BadChapters, MediaError, Outdated

from ..times import clock, seconds_of
from .listing import crumbs
from .queries import changeable_asset
from .texts import chapter_words

LARGEST = 2**19  # bytes
EMPTY_ROWS = 3  # for whoever has no script


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def chapters(request, pk):
    """Show the editor; take what its script sends, or its form without one."""
    asset = changeable_asset(request, pk)
    if request.method != "POST":
        standing = chapters_of(asset.pk)
        return _screen(request, asset, _typed_of(standing), standing)
    if request.content_type == "application/json":
        return _save(request, asset)
    return _save_form(request, asset)


def _screen(request, asset, rows, base, *, status=200, edition=None):
    """``edition``: whose seconds the rows are in, where they are not those of what plays."""
    transcript = _transcript(asset)
    config = {
        "chapters": base,
        "edition": asset.edition if edition is None else edition,
        "cues": [cue["start"] for cue in transcript.current.cues] if transcript else [],
        "save": reverse("media_library:chapters", args=[asset.pk]),
        "propose": reverse("media_library:chapters_proposed", args=[asset.pk]),
        "duration": asset.duration or 0,
        "words": chapter_words(),
    }
    context = {
        "asset": asset,
        "config": config,
        "rows": rows,
        "empty_rows": range(EMPTY_ROWS),
        "base": json.dumps(base),
        "has_words": transcript is not None,
        "page_title": _("Chapters"),
        "breadcrumbs_items": crumbs(asset, _("Chapters")),
    }
    return render(request, "pages/admin/media/captions/chapters.html", context, status=status)


def _typed_of(marks):
    return [{"at": clock(at), "title": title} for at, title in marks]


def _save(request, asset):
    try:
        sent = json.loads(request.read(LARGEST))
        marks, base = _marks(sent["chapters"]), _marks(sent["base"])
        edition = _edition(sent.get("edition"))
        kept = replace_chapters(asset=asset, chapters=marks, base=base, edition=edition)
    except Outdated as error:
        asset.refresh_from_db(fields=["edition"])
        answer = {"message": str(error), "chapters": chapters_of(asset.pk)}
        return JsonResponse({**answer, "reload": _has_moved(asset, edition)}, status=409)
    except MediaError as error:
        return JsonResponse({"message": str(error)}, status=400)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": _unreadable()}, status=400)
    if has_moved := _has_moved(asset, edition):
        messages.success(request, _moved_along())
    answer = {"chapters": kept, "kept": format_date(localtime(now()), "H:i:s")}
    return JsonResponse({**answer, "reload": has_moved})


def _save_form(request, asset):
    """Save what was typed without a script; a refusal shows it again, and why."""
    rows = _typed(request.POST)
    try:
        base = _marks(json.loads(request.POST.get("base", "")))
        edition = _edition(request.POST.get("edition"))
    except (ValueError, TypeError):
        messages.error(request, _unreadable())
        return _screen(request, asset, rows, chapters_of(asset.pk), status=400)
    try:
        replace_chapters(asset=asset, chapters=_read(rows), base=base, edition=edition)
    except Outdated as error:
        messages.error(request, f"{error} {_('Save again to put yours in their place.')}")
        theirs = chapters_of(asset.pk)
        return _screen(request, asset, rows, theirs, status=409, edition=edition)
    except MediaError as error:
        messages.error(request, str(error))
        return _screen(request, asset, rows, base, status=422, edition=edition)
    is_moved = _has_moved(asset, edition)
    messages.success(request, _moved_along() if is_moved else _("The chapters are saved."))
    return redirect("media_library:chapters", asset.pk)


def _typed(form):
    """Return the rows of a form as they were typed; empty ones are none."""
    both = zip(form.getlist("at"), form.getlist("title"), strict=False)
    return [{"at": at, "title": title} for at, title in both if at.strip() or title.strip()]


def _read(rows) -> list[tuple[float, str]]:
    try:
        return [(_second(row["at"]), row["title"]) for row in rows]
    except ValueError as error:
        words = _("“%(text)s” is no start of a chapter. Write one as 1:02 or 1:02.500.")
        raise BadChapters(words % {"text": error}) from error


def _second(text) -> float:
    second = seconds_of(text)
    if second is None:
        raise ValueError(text)
    return second


def _unreadable():
    return _("The page sent something unreadable. Reload it and try again.")


def _edition(sent) -> int | None:
    return None if sent is None else int(sent)


def _has_moved(asset, edition) -> bool:
    return edition is not None and edition != asset.edition


def _moved_along():
    return _(
        "The film was cut or replaced meanwhile. The chapters are saved where these moments play"
        " now."
    )


def _marks(rows) -> list[tuple[float, str]]:
    return [(float(at), str(title)) for at, title in rows]


def _transcript(asset):
    """Return the transcript that players show first, or None."""
    return asset.transcripts.exclude(current=None).select_related("current").first()


@require_GET
def chapters_proposed(request, pk):
    """Where chapters might begin, by the transcript that players show first."""
    transcript = _transcript(changeable_asset(request, pk))
    found = proposed(transcript.current.cues) if transcript else []
    return JsonResponse({"chapters": found})
