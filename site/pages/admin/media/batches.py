"""Moves that were asked for in one go: how far they are, and the verbs for all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.jobs.batches.models import Batch
from core.jobs.batches.queries import STANDINGS
from core.media.moving import together
from core.media.moving.models import Move
from core.media.moving.queries import with_standing
from core.media.moving.together import Outcome

from .batch_plans import Plan, plan_of
from .batch_rows import batches_seen_by, cards, changeable_by, described, seen_by
from .batch_words import labels_of_standings

BATCHES, ROWS = 20, 50  # on a page
TOLD = 5  # reasons in one message


@dataclass(frozen=True)
class Verb:
    """What may be done to all of a batch: to whom, how, and what is said afterwards."""

    chosen: Callable[[QuerySet[Move]], QuerySet[Move]]
    carry_out: Callable[[QuerySet[Move]], Outcome]
    done: Any
    nothing: Any


VERBS = {
    "stop": Verb(
        together.stoppable,
        together.stop_all,
        ngettext_lazy("One was stopped.", "%d were stopped."),
        gettext_lazy("Nothing is on its way any more: there was nothing to stop."),
    ),
    "retry": Verb(
        together.retryable,
        together.retry_failed,
        ngettext_lazy("One is tried once more.", "%d are tried once more."),
        gettext_lazy("None has failed that could be tried once more."),
    ),
    "resume": Verb(
        together.resumable,
        together.go_on,
        ngettext_lazy("One goes on.", "%d go on."),
        gettext_lazy("None was stopped that could go on."),
    ),
    "back": Verb(
        together.returnable,
        together.go_back_all,
        ngettext_lazy("One has gone back.", "%d have gone back."),
        gettext_lazy("Nothing here can go back any more."),
    ),
}


@never_cache
def moves(request):
    """The newest batches; to a script only their cards."""
    page = Paginator(batches_seen_by(request.user), BATCHES).get_page(request.GET.get("p"))
    shown = cards(request.user, list(page.object_list))
    context = {
        "cards": shown,
        "is_busy": any(card.tally.is_busy for card in shown),
        **_paged(page),
        "page_title": _("Moves"),
        "breadcrumbs_items": _crumbs(""),
    }
    part = "list" if _is_script(request) else "index"
    return render(request, f"pages/admin/media/batches/{part}.html", context)


@never_cache
def batch(request, pk):
    """One batch with its rows; to a script only the piece that changes."""
    one = get_object_or_404(batches_seen_by(request.user), pk=pk)
    (card,) = cards(request.user, [one])
    standing = request.GET.get("show", "")
    page = Paginator(_rows(request.user, one, standing), ROWS).get_page(request.GET.get("p"))
    context = {
        "card": card,
        "batch": one,
        "verbs": _verbs(request.user, one),
        "moves": described(list(page.object_list)),
        "standing": standing if standing in STANDINGS else "",
        "is_open": bool(standing or "p" in request.GET or card.tally.count == 1),
        "is_busy": card.tally.is_busy,
        **_paged(page),
        "page_title": card.name,
        "breadcrumbs_items": _crumbs(_("Batch")),
    }
    part = "piece" if _is_script(request) else "show"
    return render(request, f"pages/admin/media/batches/{part}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decide(request, pk, verb):
    """Say what a verb will do to how many, and do it once that is confirmed."""
    one = get_object_or_404(batches_seen_by(request.user), pk=pk)
    rows = changeable_by(request.user, one)
    if not rows.exists():
        raise PermissionDenied
    if request.method == "POST":
        _tell(request, VERBS[verb], VERBS[verb].carry_out(rows))
        return redirect("media_library:batch", pk)
    (card,) = cards(request.user, [one])
    plan: Plan = plan_of(verb, rows, card.target)
    context = {
        "batch": one,
        "plan": plan,
        "page_title": plan.question,
        "breadcrumbs_items": [
            *_crumbs(_("Batch"), reverse("media_library:batch", args=[pk])),
            {"url": "", "label": plan.short},
        ],
    }
    return render(request, "pages/admin/media/batches/decide.html", context)


def _tell(request, verb: Verb, outcome: Outcome) -> None:
    if outcome.done:
        messages.success(request, verb.done % outcome.done)
    elif not outcome.refused:
        messages.info(request, verb.nothing)
    for reason in list(dict.fromkeys(map(str, outcome.refused)))[:TOLD]:
        messages.error(request, reason)


def _verbs(user, one: Batch) -> dict[str, int]:
    """Count for each verb to how many it would be done."""
    rows = changeable_by(user, one)
    return {name: verb.chosen(rows).count() for name, verb in VERBS.items()}


def _rows(user, one: Batch, standing: str) -> QuerySet[Move]:
    rows = with_standing(seen_by(user).filter(batch=one)).select_related("asset")
    return (rows.filter(standing=standing) if standing in STANDINGS else rows).order_by("pk")


def _paged(page) -> dict:
    elided = page.paginator.get_elided_page_range(page.number)
    return {"items": page, "elided_page_range": elided, "standings": labels_of_standings()}


def _is_script(request) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _crumbs(last: str, url: str = "") -> list[dict]:
    moves_url = reverse("media_library:moves") if last else ""
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("media_library:index"), "label": _("Media")},
        {"url": moves_url, "label": _("Moves")},
    ]
    return [*crumbs, {"url": url, "label": last}] if last else crumbs
