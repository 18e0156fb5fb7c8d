"""What this room answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.template.defaultfilters import filesizeformat
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.contract import answers_of, hookimpl, is_on_elsewhere
from core.contract.errors import Later
from core.contract.pieces import Anchor, Door, Health, HealthCheck, Reliance, Schedule
from core.jobs.claims import Claim
from core.jobs.models import Job
from core.jobs.services import wake
from core.storage.models import StoredObject
from core.storage.services import doom

from . import spool
from .editing import anchors as media_anchors
from .editing import services as editing
from .editing.errors import Occupied
from .editing.models import Edition
from .jobs import sweep_uploads
from .models import Asset, Upload
from .moving.models import Move
from .moving.services import KIND as MOVE
from .moving.services import fail, let_go_due
from .services import pieces
from .services.improving import KIND as IMPROVE
from .services.improving import mark_not_improved
from .services.listening import give_up_listening
from .services.preparation import KIND, PLAYABLE, QUEUE, mark_failed
from .services.sparing import begin_without
from .services.uploads import REPLACE, UNTAKEN
from .transcripts import hearing

EDITOR = "workers.media.edit.run"
TRANSCRIBER = "workers.media.transcribe.run"
IMPROVER = "workers.media.improve.run"
MOVER = "workers.media.move.run"
PIECE_WORKER = "workers.media.piece.run"
WORKER = "workers.media.prepare.run"  # by name: core does not import who works for it
LEASE = timedelta(minutes=1)  # a busy machine is slow, not dead: the dead are missed by their lock
LATE = "media-late"  # what plays already lets new films pass
OCCUPIED = 60.0  # seconds until a file looks again whether it may take its place
LITTLE_ROOM = 5 * 2**30  # bytes


def _prepare(claim: Claim) -> None:
    import_string(WORKER)(claim)


def _prepare_failed(job: Job) -> None:
    """In the transaction that fails the job: the asset says why, in the same words."""
    pieces.end(job)
    asset = Asset.objects.filter(pk=UUID(job.payload["asset"])).first()
    if asset and not begin_without(job, asset, provider=asset.provider, probe=asset.probe):
        mark_failed(asset, job.error)


def _improve(claim: Claim) -> None:
    import_string(IMPROVER)(claim)


def _improve_failed(job: Job) -> None:
    asset = Asset.objects.filter(pk=UUID(job.payload["asset"])).first()
    if asset is not None:
        mark_not_improved(asset, job.error)


def _make_piece(claim: Claim) -> None:
    import_string(PIECE_WORKER)(claim)


def _piece_failed(job: Job) -> None:
    """The preparation looks, and fails in the same words."""
    parent = pieces.parent_of(job)
    if parent is not None:
        wake(parent.key)


def _transcribe(claim: Claim) -> None:
    import_string(TRANSCRIBER)(claim)


def _transcribe_failed(job: Job) -> None:
    asset = Asset.objects.filter(pk=UUID(job.payload["asset"])).first()
    if asset is not None:
        give_up_listening(asset, job.error)
        hearing.fail(asset, job.error)


def _move(claim: Claim) -> None:
    import_string(MOVER)(claim)


def _move_failed(job: Job) -> None:
    pieces.end(job)
    move = Move.objects.select_related("asset").filter(pk=job.payload["move"]).first()
    if move and not begin_without(job, move.asset, provider=move.target, probe=move.asset.probe):
        fail(move, job.error)


def _let_go(claim: Claim) -> None:
    claim.succeed(ended=let_go_due() + editing.let_go_due())


def _edit(claim: Claim) -> None:
    import_string(EDITOR)(claim)


def _replace(claim: Claim) -> None:
    upload = Upload.objects.filter(pk=claim.payload["upload"]).select_related("asset").first()
    if upload is None:
        return  # its asset was deleted meanwhile
    stored = StoredObject.objects.filter(pk=claim.payload.get("object", UUID(int=0))).first()
    try:
        with claim.fenced():
            editing.take_in(upload=upload, stored=stored, error=claim.payload.get("error", ""))
            claim.succeed()
    except Occupied as busy:
        if stored is not None:
            doom(stored, after=UNTAKEN)  # it lives as long as somebody wants to take it over
        raise Later(OCCUPIED) from busy


def _replace_failed(job: Job) -> None:
    upload = Upload.objects.filter(pk=job.payload["upload"]).select_related("asset").first()
    if upload is not None:
        editing.refuse(upload, job.error)


def _edit_failed(job: Job) -> None:
    edition = Edition.objects.select_related("asset").filter(pk=job.payload["edition"]).first()
    if edition is None:
        return
    asset, probe = edition.asset, edition.facts.get("probe", {})
    if not begin_without(job, asset, provider=edition.asset.provider, probe=probe):
        editing.fail(edition, job.error)


def _room_for_uploads() -> Health:
    free = spool.free_bytes()
    return Health(
        ok=free > LITTLE_ROOM,
        message=_("%(free)s are free for uploads.") % {"free": filesizeformat(free)},
        remedy=_("Free space below DATA_DIR, or put DATA_DIR on a larger disk."),
    )


@hookimpl
def jobs() -> Sequence[Door]:
    return [
        Door(KIND, _prepare, queue=PLAYABLE, lease=LEASE, on_failed=_prepare_failed),
        Door(pieces.KIND, _make_piece, queue=QUEUE, lease=LEASE, on_failed=_piece_failed),
        Door(hearing.KIND, _transcribe, queue="speech", on_failed=_transcribe_failed),
        Door("media.sweep_uploads", sweep_uploads),
        Door(IMPROVE, _improve, queue=LATE, lease=LEASE, on_failed=_improve_failed),
        Door(MOVE, _move, queue=LATE, lease=LEASE, on_failed=_move_failed),
        Door(editing.KIND, _edit, queue=QUEUE, lease=LEASE, on_failed=_edit_failed),
        Door(REPLACE, _replace, on_failed=_replace_failed),
        Door("media.let_go", _let_go),
    ]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [
        Schedule("media.sweep_uploads", timedelta(hours=1)),
        Schedule("media.let_go", timedelta(hours=1)),
    ]


@hookimpl
def reliances(plugin: str, site_id: int) -> Sequence[Reliance]:
    """Name the films a plugin has encoded, and those that wait for it."""
    names = [one.name for one in answers_of(plugin, "video_providers")]
    films = Asset.objects.filter(site=site_id, provider__in=names).exclude(kind=Asset.Kind.FILE)
    waiting = Q(status__in=[Asset.Status.UPLOADING, Asset.Status.PROCESSING])
    count = films.aggregate(done=Count("pk", ~waiting), waiting=Count("pk", waiting))
    found = [_encoded(count["done"], plugin, site_id)] if count["done"] else []
    return [*found, _not_encoded(count["waiting"])] if names else []


def _encoded(count: int, plugin: str, site_id: int) -> Reliance:
    what = ngettext(
        "One video or recording was prepared by it.",
        "%(count)s videos and recordings were prepared by it.",
        count,
    ) % {"count": count}
    if is_on_elsewhere(plugin, site_id):
        return Reliance(what, _("They still play, because another site has it on."))
    return Reliance(what, _("They do not play while it is off. Nothing is deleted."))


def _not_encoded(waiting: int) -> Reliance:
    what = ngettext(
        "One upload is waiting for it.", "%(count)s uploads are waiting for it.", waiting
    ) % {"count": waiting}
    return Reliance(
        what if waiting else _("It prepares new videos and recordings."),
        _("What waits, and what is uploaded from now on, fails until you retry it."),
    )


@hookimpl
def anchors(site_id: int) -> Sequence[Anchor]:
    del site_id
    return media_anchors.anchors()


@hookimpl
def asset_playable(asset_id: str, site_id: int) -> None:
    del site_id
    asset = Asset.objects.select_related("site").filter(pk=UUID(asset_id)).first()
    if asset is not None:
        hearing.begin_with(asset)


@hookimpl
def asset_edited(asset_id: str, site_id: int) -> None:
    del site_id
    asset = Asset.objects.select_related("site").filter(pk=UUID(asset_id)).first()
    if asset is not None:
        hearing.begin_anew(asset)


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    return [HealthCheck("uploads", _room_for_uploads)]
