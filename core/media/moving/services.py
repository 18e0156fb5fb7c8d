"""The verbs of moving: ask, flip, roll back, let go, fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.contract import ask, first
from core.contract.errors import Cancelled, NoProvider, PermanentError
from core.jobs.batches.models import Batch
from core.jobs.models import Job
from core.jobs.queries import jobs_of
from core.jobs.services import cancel, enqueue, wake
from core.media.errors import MediaError
from core.media.models import Asset, Preparation, Rendition, Upload
from core.media.services import pieces, reports
from core.media.services.direct import keeper_of
from core.media.services.preparation import (
    STILL_READ,
    end_beside,
    give_up_beside,
    go_on_beside,
    is_being_edited,
)
from core.storage.services import doom

from .models import Move

KIND = "media.move"
KEEP = timedelta(days=7)  # so long may one change one's mind
TOLERANCE = (1.0, 0.01)  # seconds, and a share of the whole


class CannotMove(MediaError):
    """Why an asset stays where it is, and what to do."""


def ask_moves(
    *,
    assets: Iterable[Asset],
    target: str,
    by: Any = None,
    refused: list[CannotMove] | None = None,
) -> list[Move]:
    """Have assets moved to another provider, each by a job of its own; return what was begun.

    An asset that is there already, or on its way, is left out. Raises ``CannotMove`` where nobody
    answers for the target, or where an asset is not ready or has no original here; given a list
    ``refused`` that is put there instead, and the others move.
    """
    batch, begun = None, []
    with transaction.atomic():
        for asset in _locked(assets):
            if asset.provider == target or _on_its_way(asset):
                continue
            try:
                _check(asset, target)
            except CannotMove as refusal:
                if refused is None:
                    raise
                refused.append(refusal)
                continue
            batch = batch or Batch.objects.create(kind=KIND, target=target, asked_by=by)
            begun.append(_begin(asset, batch))
    return begun


def _locked(assets: Iterable[Asset]) -> Iterator[Asset]:
    """Yield the assets as they are now; who asks for the same ones waits until this is done.

    They are locked in one order, whatever order they come in; who watches them is not held up.
    """
    asked = [asset.pk for asset in assets]
    lock = Asset.objects.select_for_update(of=("self",), no_key=True)
    rows = lock.select_related("site", "original")
    now_there = {row.pk: row for row in rows.filter(pk__in=asked).order_by("pk")}
    yield from (now_there[number] for number in asked if number in now_there)


def _check(asset: Asset, target: str) -> None:
    if target not in {provider.name for provider in ask("video_providers", site=asset.site_id)}:
        raise CannotMove(
            _("Nobody here is called “%(name)s”. Switch its plugin on under Features.")
            % {"name": target}
        )
    is_here = asset.original_id is not None or keeper_of(asset) is not None
    if asset.status != Asset.Status.READY or not is_here:
        raise CannotMove(
            _("“%(title)s” is not ready, or its original is not here. Prepare it first.")
            % {"title": asset.title}
        )
    if asset.kept or is_being_edited(asset):
        raise CannotMove(
            _("“%(title)s” is cut: only where it is can the cut be played. Go back to the whole.")
            % {"title": asset.title}
        )


def _begin(asset: Asset, batch: Batch) -> Move:
    move = Move.objects.create(
        asset=asset,
        batch=batch,
        source=asset.provider,
        target=batch.target,
        asked_by=batch.asked_by,
        size=_size_of(asset),
    )
    _enqueue(move, asset)
    return move


def _size_of(asset: Asset) -> int:
    """Return the bytes of an asset's file: here, or as they were sent to who alone keeps it."""
    if asset.original:
        return asset.original.size
    sent = asset.uploads.filter(state=Upload.State.COMPLETE).exclude(direct="")
    return int(sent.order_by("-created_at").values_list("size", flat=True).first() or 0)


def _enqueue(move: Move, asset: Asset) -> None:
    enqueue(
        kind=KIND,
        payload={"move": move.pk},
        site=asset.site,
        key=_key_of(move),
        subject=f"asset:{asset.pk}",
    )


def begin(move: Move) -> bool:
    """Say that a move goes; False where it was stopped meanwhile."""
    waiting = Move.objects.filter(pk=move.pk, state__in=Move.ACTIVE)
    began = Coalesce("began_at", Value(now()))
    return waiting.update(state=Move.State.COPYING, began_at=began) > 0


def take_up(move: Move) -> bool:
    """Have a move that failed or was stopped go anew, in its batch; False for any other.

    Raises ``CannotMove``.
    """
    with transaction.atomic():
        asset = _lock(move)
        row = Move.objects.select_for_update().get(pk=move.pk)
        if row.state not in Move.GIVEN_UP or asset.provider == row.target:
            return False
        if _on_its_way(asset):
            raise CannotMove(
                _("“%(title)s” is on its way once more already.") % {"title": asset.title}
            )
        if Job.objects.filter(key=_key_of(row), state__in=Job.ACTIVE).exists():
            raise CannotMove(
                _("“%(title)s” is being stopped at this moment. Try again in some seconds.")
                % {"title": asset.title}
            )
        _check(asset, row.target)
        row.state, row.error, row.source = Move.State.WAITING, "", asset.provider
        row.began_at, row.size = None, _size_of(asset)
        row.save(update_fields=["state", "error", "source", "began_at", "size"])
        report = _report_of(row)
        if report is not None:
            go_on_beside(report)
        _enqueue(row, asset)
    return True


def _key_of(move: Move) -> str:
    return f"{KIND}:{move.asset_id}:{move.pk}"


def look_now(asset: Asset) -> None:
    """Wake the job that moves an asset: the other provider has news."""
    for move in asset.moves.filter(state__in=Move.ACTIVE):
        wake(_key_of(move))


def _on_its_way(asset: Asset) -> bool:
    return asset.moves.filter(state__in=Move.ACTIVE).exists()


def verify(move: Move, asset: Asset) -> None:
    """Compare what the target made with what plays now; raise ``PermanentError`` if it lacks."""
    streams = _streams(asset, move.target)
    if not streams:
        raise PermanentError(_("The other provider made nothing that plays. Nothing was changed."))
    wanted = asset.duration or 0.0
    slack = max(TOLERANCE[0], wanted * TOLERANCE[1])
    for row in streams:
        if row.duration is not None and abs(row.duration - wanted) > slack:
            raise PermanentError(
                _("The copy has %(found).1f of %(wanted).1f seconds. Nothing was changed.")
                % {"found": row.duration, "wanted": wanted}
            )
    if asset.height and not any(row.height for row in streams):
        raise PermanentError(_("The copy has no picture. Nothing was changed."))


def _streams(asset: Asset, provider: str) -> list[Rendition]:
    whole = asset.renditions.filter(provider=provider, is_growing=False)
    return list(whole.exclude(kind=Rendition.Kind.FILE))


def flip(move: Move) -> None:
    """Let the target play from now on: one update; call it inside the claim's fence."""
    report = _report_of(move)
    asset = _lock(move)
    active = Move.objects.select_for_update().filter(pk=move.pk, state__in=Move.ACTIVE)
    if active.first() is None:
        raise Cancelled(f"{move} is not wanted any more.")
    reports.put_away(asset)
    moved = Asset.objects.filter(pk=move.asset_id, provider=move.source).update(
        provider=move.target, changed_at=now()
    )
    if not moved:
        raise PermanentError(_("The video was moved by somebody else meanwhile."))
    if report is not None:
        end_beside(report)
    reports.bring_out(_lock(move), report)
    _mark(move, Move.State.MOVED)
    Move.objects.filter(pk=move.pk).update(arrived_at=move.flipped_at)


def _report_of(move: Move) -> Preparation | None:
    rows = Preparation.objects.filter(asset=move.asset_id, key=reports.move_key(move.pk))
    return rows.first()


def roll_back(move: Move) -> None:
    """Let the source play again, while it is kept; one update."""
    with transaction.atomic():
        _lock(move)
        row = Move.objects.select_for_update(of=["self"]).select_related("asset").get(pk=move.pk)
        if row.state != Move.State.MOVED:
            raise CannotMove(_("This move can't be undone any more."))
        if _on_its_way(row.asset):
            raise CannotMove(_("The video is on its way once more. Stop that move first."))
        _check_that_it_plays(row.source)
        if not _streams(row.asset, row.source):
            raise CannotMove(_("Nothing is left at the former place. Move the video back instead."))
        reports.put_away(_lock(row))
        back = Asset.objects.filter(pk=row.asset_id, provider=row.target).update(
            provider=row.source, changed_at=now()
        )
        if not back:
            raise CannotMove(_("The video has been moved on since. Undo that move first."))
        reports.bring_out(_lock(row))
        _mark(row, Move.State.ROLLED_BACK)
    move.state = Move.State.ROLLED_BACK


def _check_that_it_plays(name: str) -> None:
    try:
        first("video_providers", name=name)
    except NoProvider as error:
        raise CannotMove(
            _("“%(name)s” is switched off. Switch its plugin on under Features, then go back.")
            % {"name": name}
        ) from error


def stop(move: Move) -> None:
    """Cancel a move that has not flipped; what was copied goes."""
    for job in jobs_of(f"asset:{move.asset_id}"):
        if job.kind == KIND and job.payload.get("move") == move.pk:
            cancel(job)
            pieces.end(job)
    fail(move, "", state=Move.State.CANCELLED)


def fail(move: Move, error: str, *, state: str = Move.State.FAILED) -> None:
    """Write why a move ended, and clear what it had copied, unless somebody needs it."""
    with transaction.atomic():
        asset = _lock(move)
        ended = Move.objects.filter(pk=move.pk, state__in=Move.ACTIVE).update(
            state=state, error=error
        )
        report = _report_of(move) if ended else None
        if report is not None:
            give_up_beside(report, error)
        if ended and asset.provider != move.target and not _wanted_elsewhere(move, move.target):
            _clear(asset, move.target)


def _lock(move: Move) -> Asset:
    """Lock what is moved: nobody else flips it meanwhile."""
    return Asset.objects.select_for_update(of=("self",)).get(pk=move.asset_id)


def let_go_due() -> int:
    """Clear what was kept long enough; returns how many moves have ended."""
    due = Move.objects.filter(state__in=Move.KEPT, kept_until__lt=now())
    count = 0
    for move in due:
        with transaction.atomic():
            asset = _lock(move)
            row = Move.objects.select_for_update().get(pk=move.pk)
            if row.state not in Move.KEPT:
                continue
            left = row.source if row.state == Move.State.MOVED else row.target
            if asset.provider != left and not _wanted_elsewhere(row, left):
                _clear(asset, left)
            row.state = Move.State.ENDED
            row.save(update_fields=["state"])
            count += 1
    return count


def _wanted_elsewhere(move: Move, provider: str) -> bool:
    """Tell whether another move still needs what lies at a provider."""
    others = Move.objects.filter(asset=move.asset_id).exclude(pk=move.pk)
    needing = others.filter(state__in=(*Move.ACTIVE, *Move.KEPT))
    return any(provider in (other.source, other.target) for other in needing)


def _mark(move: Move, state: str) -> None:
    moment = now()
    move.state, move.flipped_at, move.kept_until = state, moment, moment + KEEP
    move.save(update_fields=["state", "flipped_at", "kept_until"])


def _clear(asset: Asset, provider: str) -> None:
    """Let go of a provider's streams; whole files (feeds, downloads) stay with the asset."""
    rows = asset.renditions.filter(provider=provider).exclude(kind=Rendition.Kind.FILE)
    objects = [row.object for row in rows.select_related("object") if row.object]
    rows.delete()
    for stored in objects:
        doom(stored, after=STILL_READ)
    try:
        first("video_providers", name=provider).forget(asset)
    except NoProvider:
        return  # its plugin is gone: what lies there is its owner's by now
    row = Asset.objects.select_for_update().get(pk=asset.pk)
    row.provider_data.pop(provider, None)
    row.save(update_fields=["provider_data"])
