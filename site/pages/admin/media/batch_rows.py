"""Reads of batches of moves, within what an editor may see."""

from django.db.models import Count, Min, Q, QuerySet

from core.jobs.batches.models import Batch
from core.jobs.batches.queries import tallies
from core.media.models import Asset
from core.media.moving.models import Move
from core.media.moving.queries import going, progress_of, with_standing
from core.media.permissions import policy

from .batch_words import Card, card, things
from .queries import labels

TONES = {
    Move.State.FAILED: "failed",
    Move.State.CANCELLED: "waiting",
    Move.State.ENDED: "ready",
    Move.State.MOVED: "ready",
    Move.State.ROLLED_BACK: "waiting",
    Move.State.WAITING: "waiting",
}


def seen_by(user) -> QuerySet[Move]:
    """Return the moves of what an editor may see."""
    seen = policy.instances_user_has_any_permission_for(user, ("choose", "change"))
    return Move.objects.filter(asset__in=seen.values("pk"))


def changeable_by(user, batch: Batch) -> QuerySet[Move]:
    """Return a batch's moves of what an editor may change."""
    allowed = policy.instances_user_has_any_permission_for(user, ("change",))
    return batch.moves.filter(asset__in=allowed.values("pk"))


def batches_seen_by(user) -> QuerySet[Batch]:
    """Return the batches of which an editor may see a part, the newest first."""
    own = Batch.objects.filter(pk__in=seen_by(user).values("batch"))
    return own.select_related("asked_by").order_by("-created_at", "-pk")


def cards(user, shown: list[Batch]) -> list[Card]:
    """Put batches into words, in a fixed number of queries."""
    parts = seen_by(user).filter(batch__in=shown)
    counted = tallies(with_standing(parts), going(parts))
    films = Count("pk", filter=Q(asset__kind=Asset.Kind.VIDEO))
    rows = parts.order_by().values_list("batch_id")
    told = {
        batch: f"“{title}”" if count == 1 else things(count, seen)
        for batch, count, seen, title in rows.annotate(
            count=Count("pk"), films=films, title=Min("asset__title")
        )
    }
    names = labels()
    return [
        card(
            batch, counted[batch.pk], what=told[batch.pk],
            target=names.get(batch.target, batch.target),
        )
        for batch in shown
    ]  # fmt: skip


def described(moves: list[Move]) -> list[Move]:
    """Note on rows what their table shows."""
    names, far = labels(), progress_of(moves)
    for row in moves:
        row.percent = int(100 * far[row]) if row in far else None
        row.tone = TONES.get(row.state, "busy")
        row.source_label = names.get(row.source, row.source)
        row.target_label = names.get(row.target, row.target)
        row.may_go_back = row.state == Move.State.MOVED and row.asset.provider == row.target
        row.may_stop = row.state in Move.ACTIVE
    return moves
