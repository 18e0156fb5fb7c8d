"""What an asset's preparations took, in time and money: tables whose rows are drawn too."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.media.models import Asset, Rendition, Stage
from core.media.permissions import policy
from core.media.services.preparation import is_being_edited
from core.playback.delivery import deliver
from core.storage.services import key_of, place
from core.usage.queries import Spending, spending_on

from .costs import Cost, cost_of, service_names, together
from .preparations import Chapter, chapters_of, chosen
from .queries import BUSY
from .state import visible_asset

ORDER = (Rendition.Kind.HLS, Rendition.Kind.AUDIO, Rendition.Kind.FILE)
AGAIN = (Stage.State.DONE, Stage.State.FAILED)


@dataclass(frozen=True)
class StageRow:
    """A stage, its place on the line of time, its cost; what is drawn is in hundredths."""

    stage: Stage
    seconds: float | None
    begin: float
    wide: float
    may_repeat: bool
    cost: Cost = field(default_factory=Cost)
    dear: float = 0.0  # of the dearest row's cost


@dataclass(frozen=True)
class RenditionRow:
    """A rendition, its average rate in words, and its size beside the largest's in hundredths."""

    rendition: Mapping[str, Any]
    rate: str
    share: float


@never_cache
def report(request, pk) -> HttpResponse:
    """The fragment, renewed while work goes on."""
    asset = visible_asset(request.user, pk)
    return render(request, "pages/admin/media/report.html", report_context(request, asset))


def report_context(request, asset: Asset) -> dict:
    """What the fragment needs; ``?preparation=12`` asks for another than that which plays."""
    may_change = policy.user_has_permission_for_instance(request.user, "change", asset)
    is_busy, is_edited = asset.status in BUSY, is_being_edited(asset)
    names = service_names()
    chapters = chapters_of(asset, names)
    shown = chosen(chapters, request.GET.get("preparation", ""))
    spent = spent_by_stage(asset, chapters)
    rows = [(one, costs_of(one, spent, names)) for one in chapters]
    nowhere = cost_of(spent[""], 0, names)
    costs = next(costs for one, costs in rows if one is shown)
    is_first = shown is chapters[0]
    other = nowhere if is_first else Cost()
    may_repeat = may_change and not (is_busy or is_edited)
    lines = stage_rows(shown.stages, costs, other, may_repeat=may_repeat)
    renditions = rendition_rows(shown.made)
    everything = together([nowhere, *(cost for _one, costs in rows for cost in costs)])
    return {
        "asset": asset,
        "report_chapters": chapters if len(chapters) > 1 else [],
        "report_shown": shown,
        "report_stages": lines,
        "report_renditions": renditions,
        "report_busy": is_edited or (is_busy and is_first) or shown.is_busy,
        "report_seconds": sum(row.seconds or 0 for row in lines),
        "report_cpu": shown.cpu_seconds,
        "report_other": other,
        "report_other_dear": _dear(other, costs, other),
        "report_cost": together([*costs, other]),
        "report_all_cpu": sum(one.cpu_seconds for one in chapters),
        "report_all_cost": everything,
        "report_size": sum(row.rendition["size"] or 0 for row in renditions),
    }


def spent_by_stage(asset: Asset, chapters: Sequence[Chapter]) -> Mapping[str, list[Spending]]:
    """Sort what was spent by stage; under "" what belongs to none that is known."""
    known = {one.key_of(stage) for one in chapters for stage in one.stages}
    found: dict[str, list[Spending]] = defaultdict(list)
    for one in spending_on(f"asset:{asset.pk}"):
        found[one.stage if one.stage in known else ""].append(one)
    return found


def costs_of(
    chapter: Chapter, spent: Mapping[str, list[Spending]], names: dict[str, str]
) -> list[Cost]:
    """Return what each stage cost."""
    return [
        cost_of(spent.get(chapter.key_of(stage), ()), stage.cpu_seconds, names)
        for stage in chapter.stages
    ]


def stage_rows(
    stages: Sequence[Stage], costs: Sequence[Cost], other: Cost, *, may_repeat: bool
) -> list[StageRow]:
    """Lay the stages on one line of time, waits between attempts left out."""
    lengths = [_seconds(stage) for stage in stages]
    whole = sum(filter(None, lengths)) or 1.0
    rows, begin = [], 0.0
    for stage, seconds, cost in zip(stages, lengths, costs, strict=True):
        wide = 100 * (seconds or 0.0) / whole
        is_own = may_repeat and stage.asset_id is not None and stage.state in AGAIN
        repeats = is_own and bool(stage.made or stage.error)
        dear = _dear(cost, costs, other)
        rows.append(StageRow(stage, seconds, round(begin, 2), round(wide, 2), repeats, cost, dear))
        begin += wide
    return rows


def _dear(cost: Cost, costs: Sequence[Cost], other: Cost) -> float:
    """Return a cost beside the dearest's, in hundredths."""
    most = max(one.micros or 0 for one in (*costs, other))
    return round(100 * (cost.micros or 0) / most, 2) if most else 0.0


def _seconds(stage: Stage) -> float | None:
    if not (stage.started_at and stage.finished_at):
        return None
    return max((stage.finished_at - stage.started_at).total_seconds(), 0.0)


def rendition_rows(made: Sequence[Mapping[str, Any]]) -> list[RenditionRow]:
    """Return what it can be played as, the best first."""
    found = sorted(made, key=_best_first)
    largest = max((one["size"] or 0 for one in found), default=0) or 1
    return [
        RenditionRow(
            one,
            rate_in_words(one["average_bit_rate"] or one["bit_rate"]),
            round(100 * (one["size"] or 0) / largest, 2),
        )
        for one in found
    ]


def _best_first(one: Mapping[str, Any]) -> tuple[int, int, str]:
    return ORDER.index(one["kind"]), -(one["height"] or 0), one["name"]


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
