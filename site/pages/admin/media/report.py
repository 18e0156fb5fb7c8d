"""What an asset's preparation took and what came of it: a table whose rows are drawn too."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.media.models import Asset, Rendition, Stage
from core.media.permissions import policy
from core.playback.delivery import deliver
from core.storage.services import key_of, place

from .queries import BUSY
from .state import visible_asset

ORDER = (Rendition.Kind.HLS, Rendition.Kind.AUDIO, Rendition.Kind.FILE)
AGAIN = (Stage.State.DONE, Stage.State.FAILED)


@dataclass(frozen=True)
class StageRow:
    """A stage and its place on the line of time; ``begin`` and ``wide`` are hundredths."""

    stage: Stage
    seconds: float | None
    begin: float
    wide: float
    may_repeat: bool


@dataclass(frozen=True)
class RenditionRow:
    """A rendition, its average rate in words, and its size beside the largest's in hundredths."""

    rendition: Rendition
    rate: str
    share: float


@never_cache
def report(request, pk) -> HttpResponse:
    """The fragment, renewed while work goes on."""
    asset = visible_asset(request.user, pk)
    return render(request, "pages/admin/media/report.html", report_context(request, asset))


def report_context(request, asset: Asset) -> dict:
    """What the fragment needs."""
    may_change = policy.user_has_permission_for_instance(request.user, "change", asset)
    is_busy = asset.status in BUSY
    stages = stage_rows(list(asset.stages.all()), may_repeat=may_change and not is_busy)
    renditions = rendition_rows(asset)
    return {
        "asset": asset,
        "report_stages": stages,
        "report_renditions": renditions,
        "report_busy": is_busy or any(_is_ahead(row.stage) for row in stages),
        "report_seconds": sum(row.seconds or 0 for row in stages),
        "report_cpu": sum(row.stage.cpu_seconds for row in stages),
        "report_size": sum(row.rendition.object.size for row in renditions if row.rendition.object),
    }


def _is_ahead(stage: Stage) -> bool:
    """Tell whether an improvement of what is ready goes on, or is about to."""
    return stage.is_late and stage.state in (Stage.State.WAITING, Stage.State.RUNNING)


def stage_rows(stages: list[Stage], *, may_repeat: bool) -> list[StageRow]:
    """Lay the stages on one line of time, waits between attempts left out."""
    lengths = [_seconds(stage) for stage in stages]
    whole = sum(filter(None, lengths)) or 1.0
    rows, begin = [], 0.0
    for stage, seconds in zip(stages, lengths, strict=True):
        wide = 100 * (seconds or 0.0) / whole
        repeats = may_repeat and stage.state in AGAIN and bool(stage.made or stage.error)
        rows.append(StageRow(stage, seconds, round(begin, 2), round(wide, 2), repeats))
        begin += wide
    return rows


def _seconds(stage: Stage) -> float | None:
    if not (stage.started_at and stage.finished_at):
        return None
    return max((stage.finished_at - stage.started_at).total_seconds(), 0.0)


def rendition_rows(asset: Asset) -> list[RenditionRow]:
    """Return what it can be played as, the best first."""
    found = list(asset.renditions.select_related("object"))
    found.sort(key=lambda one: (ORDER.index(one.kind), -(one.height or 0), one.name))
    largest = max((one.object.size for one in found if one.object), default=0) or 1
    return [
        RenditionRow(
            one,
            rate_in_words(one.average_bit_rate or one.bit_rate),
            round(100 * one.object.size / largest, 2) if one.object else 0.0,
        )
        for one in found
    ]


def rate_in_words(rate: int | None) -> str:
    """Write bits a second the way people say them."""
    if not rate:
        return ""
    if rate < 1_000_000:
        return _("%d kbit/s") % round(rate / 1000)
    return _("%.1f Mbit/s") % (rate / 1_000_000)


def still(request, pk, position) -> HttpResponse:
    """One of the frames offered as posters, for whoever may change the asset."""
    asset = visible_asset(request.user, pk)
    if not policy.user_has_permission_for_instance(request.user, "change", asset):
        raise PermissionDenied
    frame = get_object_or_404(asset.poster_candidates.select_related("object"), position=position)
    picture = frame.object
    return deliver(
        request,
        place(picture),
        key_of(picture),
        content_type=picture.content_type,
        cache_control="private, max-age=300",
    )
