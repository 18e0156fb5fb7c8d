"""The door ``media.prepare``: an original in, a playable asset out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast
from uuid import UUID

import structlog
from django.utils.translation import gettext as _

from core.contract import first
from core.contract.direct import DirectVideoProvider
from core.contract.errors import StorageError, VideoError
from core.contract.providers import Probe, StageSpec, VideoProvider
from core.jobs.claims import Claim
from core.jobs.errors import SandboxError
from core.jobs.models import Job
from core.media.models import Asset, Preparation, Stage
from core.media.services import improving, pieces, preparation, reports
from core.media.services.direct import keeper_of
from core.storage.copies import job_copy
from core.storage.models import StoredObject

from .probe import probe
from .work import Work, account

log = structlog.get_logger(__name__)

READING = "probe"


def run(claim: Claim) -> None:
    """Prepare one asset; what a former attempt published is kept."""
    asset = (
        Asset.objects.select_related("site", "original")
        .filter(pk=UUID(claim.payload["asset"]))
        .first()
    )
    if asset is None:
        return  # deleted while the job waited
    provider = cast("VideoProvider", first("video_providers", name=asset.provider, site=asset.site))
    keeper = keeper_of(asset)
    if asset.original is None and keeper is None:
        raise VideoError(_("The file is not here any more. Upload it again."))
    report = reports.of_playing(asset)
    with ExitStack() as stack:
        open_source = partial(opened, stack, claim, asset.original)
        found = _known(claim, report) or _read(claim, report, keeper, open_source)
        lay_out(claim, report, found, provider)
        work = Work(
            claim,
            asset,
            open_source=open_source,
            probe=found,
            report=report,
            kept=asset.kept,
        )
        prepared(work, provider)
    specs = improving.improvements_of(provider, found, asset.site_id)
    with claim.fenced():
        preparation.mark_ready(asset)
        improving.begin_improving(asset, specs)
        pieces.end(claim.job)
        claim.succeed(renditions=sorted(work.published))
        if not work.wants_file:
            preparation.make_offered_file(asset)


def prepared(work: Work, provider: VideoProvider) -> None:
    """Prepare; a stage that is optional may fail, a program's sudden end at its last attempt."""
    try:
        provider.prepare(work)
    except (VideoError, SandboxError, StorageError) as error:
        optional = {spec.name for spec in provider.stages(work.probe) if spec.is_optional}
        is_last = isinstance(error, VideoError) or work.claim.is_last
        if work.stage_name not in optional or not is_last:
            raise
        log.warning("optional_stage_failed", stage=work.stage_name, error=str(error))
        work.give_up_stage(str(error))


def opened(
    stack: ExitStack, claim: Claim, original: StoredObject | None, parent: Job | None = None
) -> Path:
    """Have the original on this machine until the claim ends; one from afar, until its job does.

    Pieces on one machine share their parent's, which outlives them.
    """
    if original is None:
        raise VideoError(_("The file is not here any more. Upload it again."))
    job, stays = (parent or claim.job).pk, parent is not None
    lent = job_copy(original, job=job, stays=stays, tick=lambda: claim.progress(0.0))
    return stack.enter_context(lent)


def _known(claim: Claim, report: Preparation) -> Probe | None:
    """Return what a former claim of this preparation read; an original never changes."""
    known = report.asset.probe
    if not known or not is_read(report):
        return None
    with claim.fenced():
        preparation.begin_again(report)
    return Probe(**known)


def is_read(report: Preparation) -> bool:
    return report.stages.filter(name=READING, state=Stage.State.DONE).exists()


def begin_beside(claim: Claim, report: Preparation) -> None:
    """Begin what is prepared beside that which plays, or go on where a former claim stopped."""
    if not is_read(report):
        _begin_reading(claim, report)
        return
    with claim.fenced():
        preparation.begin_again(report)


def _begin_reading(claim: Claim, report: Preparation) -> None:
    with claim.fenced():
        preparation.begin_again(report)
        preparation.lay_out(report, [_reading()])
        preparation.begin_stage(report, READING)


def _read(
    claim: Claim,
    report: Preparation,
    keeper: DirectVideoProvider | None,
    open_source: Callable[[], Path],
) -> Probe:
    """Look at the file, or ask who keeps it, and write down what it is."""
    asset = report.asset
    _begin_reading(claim, report)
    told = keeper.inspect(asset) if keeper else probed(claim, report, open_source())
    found = of_kind(told, asset)
    with claim.fenced():
        preparation.note_probe(asset, found)
    return found


def probed(claim: Claim, report: Preparation, source: Path) -> Probe:
    """Read what a file is, in the sandbox."""
    return probe(
        source,
        lambda: claim.progress(0.0, READING),
        lambda program: account(claim, report, READING, program),
    )


def lay_out(claim: Claim, report: Preparation, found: Probe, provider: VideoProvider) -> None:
    """Write down which stages lie ahead, unless the provider does not take the file."""
    complaint = provider.accepts(found)
    if complaint:
        raise VideoError(complaint)
    with claim.fenced():
        preparation.lay_out(report, [_reading(), *provider.stages(found)])


def _reading() -> StageSpec:
    return StageSpec(READING, _("Reading the file"))


def of_kind(found: Probe, asset: Asset) -> Probe:
    """What is to be a sound keeps the sound of a video only."""
    if asset.asked_kind != Asset.Kind.AUDIO:
        return found
    if not found.has_audio:
        raise VideoError(_("The file holds no sound. Upload it as a video instead."))
    return replace(found, video_codec="", width=0, height=0, frame_rate=0.0, rotation=0)
