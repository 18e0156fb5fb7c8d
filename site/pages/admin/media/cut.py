"""Cutting an asset and replacing its file: the screen, what it asks for, its history."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.contract import ask
from core.jobs.queries import jobs_of
from core.media.editing import services as editing
from core.media.editing.models import Edition
from core.media.editing.queries import history, waiting_files, whole_edition
from core.media.editing.ranges import frames_a_second, whole_of
from core.media.editing.timemap import length_of
from core.media.errors import MediaError
from core.media.models import Asset
from core.media.permissions import policy
from core.playback.services import grant, of_edition

from .preview import beside
from .queries import labels
from .ranges import kept_by, playing_now, row_words, typed
from .state import visible_asset
from .times import written

EMPTY_ROWS = 3  # for whoever has no script
TONES = {"playing": "ready", "preparing": "busy", "failed": "failed"}


def changeable(user, pk) -> Asset:
    """Return the asset if ``user`` may change it: 404 for what they don't see, else 403."""
    asset = visible_asset(user, pk)
    if not policy.user_has_permission_for_instance(user, "change", asset):
        raise PermissionDenied
    if asset.kind == Asset.Kind.FILE:
        raise Http404
    return asset


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cut(request, pk):
    """The screen; posting applies the ranges."""
    asset = changeable(request.user, pk)
    whole = whole_of(asset)
    if request.method != "POST":
        return _screen(request, asset, playing_now(asset, whole))
    form = typed(request.POST)
    try:
        editing.cut(asset=asset, kept=kept_by(form, whole), by=request.user)
    except MediaError as error:
        messages.error(request, str(error))
        return _screen(request, asset, form, status=422)
    messages.success(request, _("The cut is being prepared. What plays goes on until it is whole."))
    return redirect("media_library:cut", pk)


def _screen(request, asset, form, status=200):
    whole = whole_of(asset)
    context = {
        **_live(request, asset),
        "rows": [{"start": start, "end": end} for start, end in form.rows if start or end],
        "empty_rows": range(EMPTY_ROWS),
        "row_words": row_words(),
        "begin": form.begin,
        "end": form.end,
        "whole": whole,
        "whole_written": written(whole),
        "left": _left(form, whole),
        "rate": frames_a_second(asset) or 25,
        "kept": asset.kept if whole_edition(asset) is None else [],
        "anchors": _anchors(asset),
        "leaving": _leaving(asset),
        "page_title": _("Cut and replace"),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("media_library:index"), "label": _("Media")},
            {"url": reverse("media_library:edit", args=[asset.pk]), "label": asset.title},
            {"url": "", "label": _("Cut and replace")},
        ],
    }
    return render(request, "pages/admin/media/cut/screen.html", context, status=status)


def _left(form, whole):
    """Write how much stays; nothing is said of what can't be read."""
    try:
        return written(length_of(kept_by(form, whole)))
    except MediaError:
        return "–"


def _leaving(asset):
    """Return where the asset plays and where its cut will, or None where that is one place."""
    try:
        maker = editing.provider_for(asset)
    except MediaError:
        return None  # pressing says why
    if maker.name == asset.provider:
        return None
    return {"now": labels().get(asset.provider, asset.provider), "then": maker.label}


def _anchors(asset):
    """Name what moves along, and how many there are of it."""
    found = ask("anchors", site=asset.site_id, site_id=asset.site_id)
    return [(one.label, count) for one in found if (count := one.count(asset))]


@never_cache
def editions(request, pk):
    """The versions of an asset and how the newest one comes on, to be asked for again."""
    asset = changeable(request.user, pk)
    return render(request, "pages/admin/media/cut/history.html", _live(request, asset))


def _live(request, asset):
    rows = history(asset)
    for row in rows:
        row.tone = TONES.get(row.state, "waiting")
        row.may_go_back = _may_go_back(row)
        row.may_retry = row.state == Edition.State.FAILED and row.original_id is not None
        row.ranges = ", ".join(f"{written(a)}-{written(b)}" for a, b in row.kept)
    busy = next((row for row in rows if row.state == Edition.State.PREPARING), None)
    job = next((one for one in jobs_of(f"asset:{asset.pk}") if one.kind == editing.KIND), None)
    percent = round(100 * job.progress) if busy and job else None
    waiting = waiting_files(asset)
    return {
        "asset": asset,
        "editions": rows,
        "busy": busy,
        "percent": percent,
        "waiting": waiting,
        "is_live": bool(busy or waiting),
    }


def _may_go_back(row):
    is_former = row.state in {Edition.State.KEPT, Edition.State.ENDED}
    return is_former and row.original_id is not None


@require_POST
def change_edition(request, pk, number, verb):
    """Stop a version that is being prepared, try one again, or go back to a former one."""
    asset = changeable(request.user, pk)
    edition = get_object_or_404(asset.editions, number=number)
    try:
        if verb == "stop":
            editing.stop(edition)
        elif verb == "back":
            editing.go_back(edition, by=request.user)
        elif verb == "retry":
            editing.retry(edition, by=request.user)
        else:
            raise Http404(verb)
    except MediaError as error:
        messages.error(request, str(error))
    return redirect("media_library:cut", pk)


@never_cache
def whole(request, pk):
    """Answer with what plays the whole original, where it is still here, else what plays now."""
    asset = changeable(request.user, pk)
    granted = grant(member=request.user, asset=asset, site=asset.site)
    if granted.refusal or granted.source is None:
        words = granted.refusal.message if granted.refusal else ""
        return JsonResponse({"refusal": words}, status=409)
    edition = whole_edition(asset)
    if edition is not None and edition.number != asset.edition:
        granted = of_edition(granted, asset, edition.number)
    return JsonResponse(beside(granted, asset))
