"""What is done to an asset after it is ready: better streams, measured quality.

It plays all the while, and stays ready when an improvement fails. What has been replaced meanwhile
(another version, another provider) is not improved any more: the job begins anew with what plays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from core.contract.errors import Later
from core.contract.providers import Probe, StageSpec
from core.jobs.queries import active_job
from core.media.errors import CannotRetry
from core.media.models import Asset, Preparation, Stage

from .preparation import end_running, enqueue_for, present, write_stage
from .reports import of_improving, of_playing

KIND = "media.improve"
AFTER = 100  # the position of the first late stage


def improvements_of(provider: object, probe: Probe, site_id: int) -> Sequence[StageSpec]:
    """Ask a video provider which improvements an operator wants of it; most know none."""
    ask = getattr(provider, "improvements", None)
    specs: Sequence[StageSpec] = ask(probe, site_id) if ask else ()
    return specs


def begin_improving(asset: Asset, specs: Sequence[StageSpec]) -> None:
    """Have a ready asset improved, where that is wanted; call it inside the claim's fence."""
    if specs or asset.stages.filter(is_late=True).exists():
        lay_out_late(of_improving(of_playing(asset)), specs)
    if specs:
        enqueue_improvement(asset)


def enqueue_improvement(asset: Asset, *, again: Sequence[str] = ()) -> None:
    """Write the job; one that waits or is at work already is left to it."""
    enqueue_for(asset, KIND, again)


def improve_again(asset: Asset, stage: Stage, again: Sequence[str]) -> None:
    """Have one improvement done once more; what it made plays on until it is replaced."""
    if active_job(f"asset:{asset.pk}", KIND):
        raise CannotRetry(
            _("“%(title)s” is being improved. Wait until that has ended, then try again.")
            % {"title": asset.title}
        )
    with transaction.atomic():
        asset.stages.filter(pk=stage.pk).update(state=Stage.State.WAITING, progress=0, error="")
        enqueue_improvement(asset, again=again)


def lay_out_late(report: Preparation, specs: Iterable[StageSpec]) -> None:
    """Write the improvements ahead; what was done once stays in the report."""
    names = []
    for position, spec in enumerate(specs, start=AFTER):
        names.append(spec.name)
        write_stage(report, spec, position, is_late=True)
    ahead = report.stages.exclude(state=Stage.State.DONE)
    ahead.exclude(name__in=names).delete()
    ahead.filter(state=Stage.State.FAILED).update(started_at=None)
    ahead.update(
        state=Stage.State.WAITING, progress=0, eta_seconds=None, error="", finished_at=None
    )


def still_plays(asset: Asset, provider: str) -> Asset:
    """Lock what is improved; raise ``Later`` where something else plays by now.

    That one asked for its own improvement while this job was at work, and was left to it.
    """
    row = present(asset)
    if (row.edition, row.provider) != (asset.edition, provider):
        raise Later(0)
    return row


def note_quality(asset: Asset, provider: str, name: str, score: float) -> None:
    """Write how near a rendition comes to its source: VMAF, 0 to 100."""
    row = still_plays(asset, provider)
    row.renditions.filter(provider=provider, name=name).update(quality=round(score, 1))


def mark_improved(asset: Asset) -> None:
    """Every improvement is done, or was not needed."""
    end_running(asset, Stage.State.DONE, is_late=True)
    asset.stages.filter(is_late=True, state=Stage.State.WAITING).update(state=Stage.State.SKIPPED)


def mark_not_improved(asset: Asset, reason: str) -> None:
    """An improvement failed for good: its stage says why, and the asset plays on as it was."""
    end_running(asset, Stage.State.FAILED, reason, is_late=True)
    asset.stages.filter(is_late=True, state=Stage.State.WAITING).update(state=Stage.State.SKIPPED)
