"""What a preparation writes down: its stages, what it published, how it ended.

A worker calls these inside ``claim.fenced()``, so that a stale claim writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.contract import ask, tell
from core.contract.errors import Cancelled
from core.contract.providers import Probe, RenditionDraft, StageSpec
from core.jobs.queries import active_job
from core.jobs.services import enqueue
from core.media.errors import CannotRetry
from core.media.models import Asset, PosterCandidate, Preparation, Rendition, Stage
from core.media.queries import OF, original_of
from core.storage.models import StoredObject
from core.storage.services import doom, keep

from .reports import asset_shown

Staged: TypeAlias = Asset | Preparation  # what has stages: what plays, or one preparation
KIND = "media.prepare"
PLAYABLE, QUEUE = "playable", "media"  # where a preparation begins, and where it goes on
WHOLE = "video.mp4"  # the rendition that is the whole file of a video
STILL_READ = timedelta(minutes=10)  # how long what was replaced stays for who reads it now


def enqueue_preparation(asset: Asset, *, again: Sequence[str] = ()) -> None:
    """Have an asset prepared; one that waits or is at work already is left to it.

    ``again`` names what is there and is to be made once more; ``CannotRetry`` while the asset is
    prepared, because that work knows nothing of it.
    """
    if again and active_job(f"asset:{asset.pk}", KIND):
        raise CannotRetry(
            _("“%(title)s” is being prepared. Wait until that has ended, then try again.")
            % {"title": asset.title}
        )
    with transaction.atomic():
        Asset.objects.filter(pk=asset.pk).update(
            status=Asset.Status.PROCESSING, error="", changed_at=now()
        )
        enqueue_for(asset, KIND, again)
    asset.status, asset.error = Asset.Status.PROCESSING, ""


def enqueue_for(asset: Asset, kind: str, again: Sequence[str]) -> None:
    """Write a job of an asset; one that waits or is at work already is left to it."""
    enqueue(
        kind=kind,
        payload={"asset": str(asset.pk), **({"again": list(again)} if again else {})},
        site=asset.site,
        key=f"{kind}:{asset.pk}",
        subject=f"asset:{asset.pk}",
    )


def make_offered_file(asset: Asset) -> None:
    """Have the file made that a page offers, where it lacks and nothing else is at work.

    Call it where a preparation has ended: a page may have asked for the file meanwhile.
    """
    row = present(asset)
    is_lacking = row.kind == Asset.Kind.VIDEO and not row.renditions.filter(name=WHOLE).exists()
    is_quiet = row.status == Asset.Status.READY and not is_being_edited(row)
    if row.offers_file and row.original_id and is_lacking and is_quiet:
        enqueue_preparation(row)


def is_being_edited(asset: Asset) -> bool:
    """Tell whether another version of an asset is being prepared beside the one that plays."""
    return asset.editions.filter(state="preparing").exists()


def begin_again(report: Preparation) -> None:
    """A claim begins: what a former one finished stays done, what it left in the middle waits.

    What failed begins from nothing; what only waited for somebody took all the time since.
    """
    ahead = _own(report).exclude(state=Stage.State.DONE)
    ahead.filter(state=Stage.State.FAILED).update(started_at=None)
    ahead.update(
        state=Stage.State.WAITING, progress=0, eta_seconds=None, error="", finished_at=None
    )


def lay_out(report: Preparation, specs: Iterable[StageSpec]) -> None:
    """Write the stages ahead, in order, and forget those that are none any more."""
    if has_given_up(report):
        return
    names = []
    for position, spec in enumerate(specs):
        names.append(spec.name)
        write_stage(report, spec, position)
    _own(report).exclude(name__in=names).delete()


def _own(whole: Staged) -> QuerySet[Stage]:
    """Return the preparation's stages; what comes late is not its own (``improving``)."""
    return whole.stages.filter(is_late=False)


def has_given_up(report: Preparation) -> bool:
    return Preparation.objects.filter(pk=report.pk, gave_up=True).exists()


def write_stage(
    report: Preparation, spec: StageSpec, position: int, *, is_late: bool = False
) -> None:
    """Write one stage ahead; one of that name keeps how it stands."""
    fields = {"label": spec.label, "position": position, "is_late": is_late}
    report.stages.update_or_create(
        name=spec.name, defaults={**fields, "asset": asset_shown(report)}
    )


def begin_stage(report: Preparation, name: str) -> None:
    """Say that a stage begins; the one that ran before it is done.

    One that was left in the middle goes on: its time is counted from its beginning.
    """
    is_late = report.stages.filter(name=name, is_late=True).exists()
    _end(report.stages.exclude(name=name), Stage.State.DONE, is_late=is_late)
    if has_given_up(report):
        return
    moment = Value(now())
    going_on = When(finished_at=None, then=Coalesce(F("started_at"), moment))
    report.stages.filter(name=name).update(
        state=Stage.State.RUNNING,
        progress=0,
        error="",
        started_at=Case(going_on, default=moment),
        finished_at=None,
    )


def end_running(whole: Staged, state: str, error: str = "", *, is_late: bool = False) -> None:
    """Say how the stage that runs has ended."""
    _end(whole.stages.all(), state, error, is_late=is_late)


def _end(stages: QuerySet[Stage], state: str, error: str = "", *, is_late: bool) -> None:
    done = {"progress": 1.0} if state == Stage.State.DONE else {}
    stages.filter(state=Stage.State.RUNNING, is_late=is_late).update(
        state=state, error=error, eta_seconds=None, finished_at=now(), **done
    )


def end_beside(report: Preparation) -> None:
    """What was prepared beside that which plays is whole: no stage runs or waits any more."""
    end_running(report, Stage.State.DONE)
    _own(report).filter(state=Stage.State.WAITING).update(state=Stage.State.SKIPPED)


def give_up_beside(report: Preparation, error: str) -> None:
    """It failed, or was stopped; a worker that has not noticed begins no stage of it any more."""
    Preparation.objects.filter(pk=report.pk).update(gave_up=True)
    end_running(report, Stage.State.FAILED, error or _("It was stopped."))
    _own(report).filter(state=Stage.State.WAITING).update(state=Stage.State.SKIPPED)


def go_on_beside(report: Preparation) -> None:
    """It begins once more, and none of its workers is left: what they do is told again."""
    Preparation.objects.filter(pk=report.pk).update(gave_up=False)


def note_progress(whole: Staged, name: str, fraction: float, eta_seconds: int | None) -> None:
    """Write how far a stage is (0..1) and how long it still takes."""
    whole.stages.filter(name=name, state=Stage.State.RUNNING).update(
        progress=fraction, eta_seconds=eta_seconds
    )


def note_cpu(report: Preparation, name: str, seconds: float) -> None:
    """Write what a program of a stage cost."""
    report.stages.filter(name=name).update(cpu_seconds=F("cpu_seconds") + seconds)


def note_made(report: Preparation, name: str, what: str) -> None:
    """Write what a stage has published, so that the stage can be done again."""
    stage = report.stages.filter(name=name).first()
    if stage is not None and what not in stage.made:
        report.stages.filter(pk=stage.pk).update(made=[*stage.made, what])


def note_probe(asset: Asset, probe: Probe) -> None:
    """Write what the file is; a video without a picture is a sound, until it gets another file."""
    row = present(asset)
    Asset.objects.filter(pk=row.pk).update(
        kind=Asset.Kind.VIDEO if probe.has_video else Asset.Kind.AUDIO,
        asked=row.asked_kind,
        probe=asdict(probe),
        duration=probe.duration,
        width=probe.width or None,
        height=probe.height or None,
        changed_at=now(),
    )


def note_duration(asset: Asset, seconds: float) -> None:
    """Correct what the file said of its length by what can really be played."""
    Asset.objects.filter(pk=asset.pk).update(duration=round(seconds, 3), changed_at=now())


def present(asset: Asset) -> Asset:
    """Lock the asset's row; whoever deleted it meanwhile wants no more work done."""
    row = Asset.objects.select_for_update().filter(pk=asset.pk).first()
    if row is None:
        raise Cancelled(f"The asset {asset.pk} was deleted.")
    return row


def publish_rendition(
    asset: Asset,
    draft: RenditionDraft,
    stored: StoredObject | None,
    *,
    fence: int,
    provider: str = "",
) -> Rendition:
    """Let members play a rendition from now on; an earlier one of that name gives way to it.

    ``provider`` is the asset's own, or the one it is being copied to; ``stored`` is None where
    the bytes lie there. A growing one that is shorter than the earlier, as after a restart, is
    not published.
    """
    row = present(asset)
    provider = provider or row.provider
    before = (
        row.renditions.filter(provider=provider, name=draft.name).select_related("object").first()
    )
    earlier = None if before is None else before.object
    if before and earlier and stored and draft.is_growing and earlier.files >= stored.files:
        return before
    fields = asdict(draft)
    seconds = fields["duration"] = draft.duration or None
    del fields["name"]
    rendition, _created = Rendition.objects.update_or_create(
        asset=row,
        provider=provider,
        name=draft.name,
        defaults={**fields, "object": stored, "fence": fence, "quality": None},
    )
    if stored is not None:
        keep(stored)
    if earlier is not None:
        doom(earlier, after=STILL_READ)
    if draft.kind == Rendition.Kind.FILE:
        return rendition
    if Asset.objects.filter(pk=row.pk, playable_at=None).update(playable_at=now()):
        tell("asset_playable", asset_id=str(row.pk), site_id=row.site_id)
    if seconds and not draft.is_growing and provider == row.provider:
        note_duration(row, seconds)
    return rendition


def publish_poster(asset: Asset, stored: StoredObject) -> None:
    """Give the asset a poster; the one before it goes."""
    _replace(asset, "poster", stored)


def publish_storyboard(asset: Asset, stored: StoredObject) -> None:
    """Give the asset a storyboard; the one before it goes."""
    _replace(asset, "storyboard", stored)


def publish_waveform(asset: Asset, stored: StoredObject) -> None:
    """Give the asset the picture of its sound; the one before it goes."""
    _replace(asset, "waveform", stored)


def publish_stills(asset: Asset, stills: Iterable[tuple[StoredObject, float]]) -> None:
    """Offer the editor other frames as posters, best first; those before them go."""
    row = present(asset)
    earlier = [one.object for one in row.poster_candidates.select_related("object")]
    row.poster_candidates.all().delete()
    for position, (stored, seconds) in enumerate(stills):
        PosterCandidate.objects.create(asset=row, object=stored, position=position, seconds=seconds)
        keep(stored)
    for stored in earlier:
        doom(stored)


def _replace(asset: Asset, field: str, stored: StoredObject) -> None:
    row = present(asset)
    earlier = getattr(row, field)
    Asset.objects.filter(pk=row.pk).update(**{field: stored}, changed_at=now())
    keep(stored)
    if earlier is not None:
        doom(earlier, after=STILL_READ)


def remember(asset: Asset, values: dict[str, Any], *, of: str | None = None) -> dict[str, Any]:
    """Keep what only providers read, each by its name, and the file it is said of; return it.

    ``of`` is that file's number, where it is not the asset's own.
    """
    row = present(asset)
    about = {OF: original_of(row) if of is None else of}
    told = {
        name: {**one, **about} if isinstance(one, Mapping) else one for name, one in values.items()
    }
    Asset.objects.filter(pk=row.pk).update(provider_data={**row.provider_data, **told})
    return told


def withdraw(asset: Asset, provider: str) -> None:
    """Forget what a provider had of an asset: it is gone there. Whole files stay."""
    row = present(asset)
    streams = row.renditions.exclude(kind=Rendition.Kind.FILE)
    streams.filter(provider=provider, object=None).delete()
    row.provider_data.pop(provider, None)
    if not streams.exists():
        row.playable_at = None
    row.save(update_fields=["provider_data", "playable_at"])


def _drop_growing(asset: Asset) -> None:
    """What began to grow and never became whole goes: it would end in the middle."""
    unfinished = asset.renditions.filter(is_growing=True)
    objects = list(StoredObject.objects.filter(pk__in=unfinished.values("object")))
    unfinished.delete()
    for stored in objects:
        doom(stored, after=STILL_READ)
    if objects and not asset.renditions.exclude(kind=Rendition.Kind.FILE).exists():
        Asset.objects.filter(pk=asset.pk).update(playable_at=None)


def forget_former(asset: Asset, *, keep: str = "") -> None:
    """Let go of what a file that failed left: another one is prepared from the beginning.

    What the provider ``keep`` remembers is said of the new file already.
    """
    row = Asset.objects.get(pk=asset.pk)
    numbers = [row.original_id, row.storyboard_id, row.waveform_id]
    numbers += row.renditions.values_list("object_id", flat=True)
    numbers += row.poster_candidates.values_list("object_id", flat=True)
    objects = list(StoredObject.objects.filter(pk__in=[one for one in numbers if one]))
    for rows in (row.renditions, row.poster_candidates, row.stages):
        rows.all().delete()
    blank: dict[str, Any] = {"original": None, "storyboard": None, "waveform": None, "probe": {}}
    blank |= {"playable_at": None, "duration": None, "width": None, "height": None}
    blank["provider_data"] = _left_by(row, keep)
    Asset.objects.filter(pk=row.pk).update(**blank)
    for stored in objects:
        doom(stored, after=STILL_READ)


def _left_by(asset: Asset, keep: str) -> dict[str, Any]:
    """Have providers delete what they made of a file that goes; return what is left to remember."""
    for provider in ask("video_providers"):
        if provider.name in asset.provider_data and provider.name != keep:
            provider.forget(asset)
    return {name: one for name, one in asset.provider_data.items() if name == keep}


def mark_ready(asset: Asset) -> None:
    """Everything is published: say so to whoever listens."""
    with transaction.atomic():
        end_running(asset, Stage.State.DONE)
        _drop_growing(asset)
        _own(asset).filter(state=Stage.State.WAITING).update(state=Stage.State.SKIPPED)
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
        end_running(asset, Stage.State.FAILED, reason)
        _drop_growing(asset)
        changed = (
            Asset.objects.filter(pk=asset.pk)
            .exclude(status=Asset.Status.FAILED)
            .update(status=Asset.Status.FAILED, error=reason, changed_at=now())
        )
        if changed:
            tell("asset_failed", asset_id=str(asset.pk), site_id=asset.site_id, reason=reason)
    asset.status, asset.error = Asset.Status.FAILED, reason
