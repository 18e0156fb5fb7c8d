"""Cutting an asset and replacing its file: the screen, what it asks for, its history."""

from itertools import zip_longest

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
from core.media.editing.queries import history, whole_edition
from core.media.editing.ranges import whole_of
from core.media.editing.timemap import length_of, without
from core.media.errors import MediaError
from core.media.models import Asset
from core.media.permissions import policy
from core.playback.services import grant, of_edition

from .queries import labels
from .state import visible_asset
from .times import seconds_of, written

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
    if request.method != "POST":
        return _screen(request, asset, removed_of(asset), edges_of(asset))
    try:
        removed, edges = _asked(request.POST, whole_of(asset))
        kept = without([*removed, *_outside(edges, whole_of(asset))], whole_of(asset))
        editing.cut(asset=asset, kept=kept, by=request.user)
    except ValueError as error:
        words = _("“%s” is no time. Write minutes and seconds, for instance 1:02.5.") % error
        messages.error(request, words)
        return _screen(request, asset, removed_of(asset), edges_of(asset), status=422)
    except MediaError as error:
        messages.error(request, str(error))
        return _screen(request, asset, removed, edges, status=422)
    messages.success(request, _("The cut is being prepared. What plays goes on until it is whole."))
    return redirect("media_library:cut", pk)


def _asked(posted, whole):
    """Read what is cut out, and where it begins and ends; raises ValueError with the words."""
    rows = zip_longest(posted.getlist("from"), posted.getlist("to"), fillvalue="")
    pairs = [(seconds_of(start), seconds_of(end)) for start, end in rows]
    removed = [
        (start or 0.0, whole if end is None else end)
        for start, end in pairs
        if (start, end) != (None, None)
    ]
    begin, end = seconds_of(posted.get("begin", "")), seconds_of(posted.get("end", ""))
    return removed, (begin or 0.0, whole if end is None else end)


def _outside(edges, whole):
    return [one for one in ((0.0, edges[0]), (edges[1], whole)) if one[1] > one[0]]


def edges_of(asset):
    """Return where what plays begins and ends in the original."""
    return (asset.kept[0][0], asset.kept[-1][1]) if asset.kept else (0.0, whole_of(asset))


def removed_of(asset):
    """Return what is cut out between the two ends."""
    begin, end = edges_of(asset)
    inside = without([tuple(one) for one in asset.kept], whole_of(asset)) if asset.kept else []
    return [one for one in inside if one[0] >= begin and one[1] <= end]


def _screen(request, asset, removed, edges, status=200):
    kept = without([*removed, *_outside(edges, whole_of(asset))], whole_of(asset))
    context = {
        **_live(request, asset),
        "rows": [{"start": written(a), "end": written(b)} for a, b in removed],
        "empty_rows": range(EMPTY_ROWS),
        "begin": written(edges[0]),
        "end": written(edges[1]),
        "whole": whole_of(asset),
        "whole_written": written(whole_of(asset)),
        "left": written(length_of(kept)),
        "rate": asset.probe.get("frame_rate") or 25,
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
        row.ranges = ", ".join(f"{written(a)}-{written(b)}" for a, b in row.kept)
    busy = next((row for row in rows if row.state == Edition.State.PREPARING), None)
    job = next((one for one in jobs_of(f"asset:{asset.pk}") if one.kind == editing.KIND), None)
    percent = round(100 * job.progress) if busy and job else None
    return {"asset": asset, "editions": rows, "busy": busy, "percent": percent}


def _may_go_back(row):
    is_former = row.state in {Edition.State.KEPT, Edition.State.ENDED}
    return is_former and row.original_id is not None


@require_POST
def change_edition(request, pk, number, verb):
    """Stop a version that is being prepared, or go back to a former one."""
    asset = changeable(request.user, pk)
    edition = get_object_or_404(asset.editions, number=number)
    try:
        if verb == "stop":
            editing.stop(edition)
        elif verb == "back":
            editing.go_back(edition, by=request.user)
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
    return JsonResponse(
        {
            "url": granted.source.url,
            "type": granted.source.content_type,
            "waveform": f"{granted.base_url}waveform.json" if asset.waveform_id else "",
            "storyboard": granted.source.storyboard,
        }
    )
