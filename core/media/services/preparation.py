"""What a preparation writes down: its stages, what it published, how it ended.

A worker calls these inside ``claim.fenced()``, so that a stale claim writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from core.contract import tell
from core.contract.errors import Cancelled
from core.contract.providers import Probe, RenditionDraft, StageSpec
from core.jobs.services import enqueue
from core.media.models import Asset, Rendition, Stage
from core.storage.models import StoredObject
from core.storage.services import doom

KIND = "media.prepare"
STILL_WATCHED = timedelta(hours=6)  # how long a replaced stream stays for those watching it


def enqueue_preparation(asset: Asset) -> None:
    """Have an asset prepared; one that waits or is at work already is left to it."""
    with transaction.atomic():
        Asset.objects.filter(pk=asset.pk).update(
            status=Asset.Status.PROCESSING, error="", changed_at=now()
        )
        enqueue(
            kind=KIND,
            payload={"asset": str(asset.pk)},
            site=asset.site,
            key=f"{KIND}:{asset.pk}",
            subject=f"asset:{asset.pk}",
        )
    asset.status, asset.error = Asset.Status.PROCESSING, ""


def lay_out(asset: Asset, specs: Iterable[StageSpec]) -> None:
    """Write the stages ahead; what a former attempt finished stays done."""
    names = []
    for position, spec in enumerate(specs):
        names.append(spec.name)
        Stage.objects.update_or_create(
            asset=asset,
            name=spec.name,
            defaults={"label": spec.label, "position": position},
        )
    asset.stages.exclude(name__in=names).delete()
    asset.stages.exclude(state=Stage.State.DONE).update(
        state=Stage.State.WAITING, progress=0, eta_seconds=None, error="", finished_at=None
    )


def begin_stage(asset: Asset, name: str) -> None:
    """Say that a stage begins; the one that ran before it is done."""
    _end_running(asset, Stage.State.DONE)
    asset.stages.filter(name=name).update(
        state=Stage.State.RUNNING, progress=0, error="", started_at=now(), finished_at=None
    )


def _end_running(asset: Asset, state: str, error: str = "") -> None:
    done = {"progress": 1.0} if state == Stage.State.DONE else {}
    asset.stages.filter(state=Stage.State.RUNNING).update(
        state=state, error=error, eta_seconds=None, finished_at=now(), **done
    )


def note_progress(asset: Asset, name: str, fraction: float, eta_seconds: int | None) -> None:
    """Write how far a stage is (0..1) and how long it still takes."""
    asset.stages.filter(name=name, state=Stage.State.RUNNING).update(
        progress=fraction, eta_seconds=eta_seconds
    )


def note_probe(asset: Asset, probe: Probe) -> None:
    """Write what the file is."""
    _present(asset)
    Asset.objects.filter(pk=asset.pk).update(
        probe=asdict(probe),
        duration=probe.duration,
        width=probe.width or None,
        height=probe.height or None,
        changed_at=now(),
    )


def _present(asset: Asset) -> Asset:
    """Lock the asset's row; whoever deleted it meanwhile wants no more work done."""
    row = Asset.objects.select_for_update().filter(pk=asset.pk).first()
    if row is None:
        raise Cancelled(f"The asset {asset.pk} was deleted.")
    return row


def publish_rendition(
    asset: Asset, draft: RenditionDraft, stored: StoredObject, *, fence: int
) -> Rendition:
    """Let members play a rendition from now on; an earlier one of that name gives way to it."""
    row = _present(asset)
    earlier = StoredObject.objects.filter(
        pk__in=row.renditions.filter(name=draft.name).values("object")
    ).first()
    fields = {key: value for key, value in asdict(draft).items() if key != "name"}
    rendition, _created = Rendition.objects.update_or_create(
        asset=row, name=draft.name, defaults={**fields, "object": stored, "fence": fence}
    )
    _keep(stored)
    if earlier is not None:
        doom(earlier, after=STILL_WATCHED)
    Asset.objects.filter(pk=row.pk, playable_at=None).update(playable_at=now())
    Asset.objects.filter(pk=row.pk).update(changed_at=now())
    return rendition


def publish_poster(asset: Asset, stored: StoredObject) -> None:
    """Give the asset a poster; the one before it goes."""
    _replace(asset, "poster", stored)


def publish_storyboard(asset: Asset, stored: StoredObject) -> None:
    """Give the asset a storyboard; the one before it goes."""
    _replace(asset, "storyboard", stored)


def _replace(asset: Asset, field: str, stored: StoredObject) -> None:
    row = _present(asset)
    earlier = getattr(row, field)
    Asset.objects.filter(pk=row.pk).update(**{field: stored}, changed_at=now())
    _keep(stored)
    if earlier is not None:
        doom(earlier, after=STILL_WATCHED)


def _keep(stored: StoredObject) -> None:
    """What a claim stores is doomed until it is published, so that nothing is ever left over."""
    StoredObject.objects.filter(pk=stored.pk).update(doomed_at=None)


def remember(asset: Asset, values: dict[str, object]) -> None:
    """Keep what only the asset's provider reads."""
    row = _present(asset)
    Asset.objects.filter(pk=row.pk).update(provider_data={**row.provider_data, **values})


def mark_ready(asset: Asset) -> None:
    """Everything is published: say so to whoever listens."""
    with transaction.atomic():
        _end_running(asset, Stage.State.DONE)
        asset.stages.filter(state=Stage.State.WAITING).update(state=Stage.State.SKIPPED)
        moment = now()
        changed = (
            Asset.objects.filter(pk=asset.pk)
            .exclude(status=Asset.Status.READY)
            .update(status=Asset.Status.READY, error="", ready_at=moment, changed_at=moment)
        )
        if changed:
            tell("asset_ready", asset_id=str(asset.pk), site_id=asset.site_id)
    asset.status, asset.error = Asset.Status.READY, ""


def mark_failed(asset: Asset, reason: str) -> None:
    """The preparation failed for good: write the plain reason and say so to whoever listens."""
    with transaction.atomic():
        _end_running(asset, Stage.State.FAILED, reason)
        changed = (
            Asset.objects.filter(pk=asset.pk)
            .exclude(status=Asset.Status.FAILED)
            .update(status=Asset.Status.FAILED, error=reason, changed_at=now())
        )
        if changed:
            tell("asset_failed", asset_id=str(asset.pk), site_id=asset.site_id, reason=reason)
    asset.status, asset.error = Asset.Status.FAILED, reason
