"""How an asset stands, as a small piece of HTML that renews itself while work goes on."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.media import services
from core.media.errors import MediaError
from core.media.models import Asset, Stage, Upload
from core.media.permissions import policy

from .pictures import add_posters
from .queries import BUSY, with_cards

SEE = ("choose", "change")
MINUTE = 60
HOUR = 3600


@dataclass(frozen=True)
class Standing:
    """What an editor is told about an asset."""

    tone: str  # ready | busy | failed | waiting
    words: str
    percent: int | None = None
    left: str = ""
    is_busy: bool = False


def standing_of(asset: Asset) -> Standing:
    """Say how an asset stands; reads its stages and uploads, prefetched or not."""
    if asset.status == Asset.Status.FAILED:
        return Standing("failed", _("Failed"))
    if asset.status == Asset.Status.READY:
        return Standing("ready", _("Ready"))
    if asset.status == Asset.Status.UPLOADING:
        return _arriving(asset)
    return _in_preparation(asset)


def _arriving(asset: Asset) -> Standing:
    rows = [row for row in asset.uploads.all() if row.state == Upload.State.RECEIVING]
    if not rows:
        return Standing("waiting", _("Waiting for its file"), is_busy=True)
    newest = max(rows, key=lambda row: row.created_at)
    if newest.direct:  # how much has come, its provider knows, and the window that sends
        return Standing("busy", _("On its way to its provider"), is_busy=True)
    percent = int(100 * newest.received / newest.size) if newest.size else 0
    return Standing("busy", _("Uploading"), percent, is_busy=True)


def _in_preparation(asset: Asset) -> Standing:
    stages = list(asset.stages.all())
    running = next((s for s in stages if s.state == Stage.State.RUNNING), None)
    words = _("Playable, still improving") if asset.is_playable else _("Being prepared")
    if running is None:
        return Standing("busy", words if stages else _("Waiting for a worker"), is_busy=True)
    percent = int(100 * running.progress)
    return Standing("busy", words, percent, time_left(running.eta_seconds), is_busy=True)


def time_left(seconds: int | None) -> str:
    """Word a duration the way people say it."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return _("less than a minute left")
    if seconds < HOUR:
        minutes = round(seconds / MINUTE)
        return ngettext("about %d minute left", "about %d minutes left", minutes) % minutes
    hours = round(seconds / HOUR)
    return ngettext("about %d hour left", "about %d hours left", hours) % hours


def clock(seconds: float | None) -> str:
    """Write a duration as 1:02:03 or 4:05."""
    if not seconds:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def visible_asset(user, pk) -> Asset:
    """Return the asset if ``user`` may choose or change it; 404 otherwise."""
    allowed = policy.instances_user_has_any_permission_for(user, SEE)
    return get_object_or_404(with_cards(allowed), pk=pk)


@never_cache
def state(request, pk) -> HttpResponse:
    """The fragment; ``?detail=1`` lists every stage."""
    asset = visible_asset(request.user, pk)
    return render(request, "pages/admin/media/state.html", state_context(request, asset))


def state_context(request, asset: Asset) -> dict:
    """What the fragment needs."""
    may_change = policy.user_has_permission_for_instance(request.user, "change", asset)
    add_posters(request, [asset])
    asset.length = clock(asset.duration)
    return {
        "asset": asset,
        "standing": standing_of(asset),
        "stages": asset.stages.all() if asset.status in (*BUSY, Asset.Status.FAILED) else (),
        "may_retry": may_change and asset.status == Asset.Status.FAILED and _has_file(asset),
        "may_change": may_change,
    }


def _has_file(asset: Asset) -> bool:
    """Tell whether a file came, to us or straight to the asset's provider."""
    came = [row for row in asset.uploads.all() if row.state == Upload.State.COMPLETE]
    return bool(asset.original_id) or any(row.direct for row in came)


@require_POST
def retry(request, pk) -> HttpResponse:
    """Prepare an asset again; answers with the fragment to a script, with a page to a form.

    A refusal is 409 with its words to a script.
    """
    asset = visible_asset(request.user, pk)
    if not policy.user_has_permission_for_instance(request.user, "change", asset):
        raise PermissionDenied
    is_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    try:
        services.retry(asset, request.GET.get("stage", ""))
    except MediaError as error:
        if is_script:
            return HttpResponse(error, status=409, content_type="text/plain; charset=utf-8")
        messages.error(request, str(error))
    if is_script:
        return redirect(
            "media_library:report" if "report" in request.GET else "media_library:state", pk
        )
    return redirect(reverse("media_library:edit", args=[pk]))
