"""A stage that an asset can do without costs it nothing else: its job begins anew without it.

Where such a stage raises, its worker goes on by itself; this is for a job whose workers were lost.
"""

from __future__ import annotations

from typing import Any, cast

from core.contract import first
from core.contract.errors import NoProvider
from core.contract.providers import Probe, VideoProvider
from core.jobs.models import Job
from core.jobs.services import enqueue
from core.media.models import Asset


def begin_without(job: Job, asset: Asset, *, provider: str, probe: dict[str, Any]) -> bool:
    """Have a job that failed begin anew without the stage it ended in; False where it may not.

    Call it in the transaction that fails the job. The stage will say the job's error.
    """
    left_out: dict[str, str] = job.payload.get("without", {})
    if job.stage in left_out or job.stage not in _optional(asset, provider, probe):
        return False
    enqueue(
        kind=job.kind,
        payload={**job.payload, "without": {**left_out, job.stage: job.error}},
        site=asset.site,
        key=job.key,
        subject=job.subject,
    )
    return True


def _optional(asset: Asset, provider: str, probe: dict[str, Any]) -> set[str]:
    if not probe:
        return set()
    try:
        found = cast("VideoProvider", first("video_providers", name=provider, site=asset.site))
    except NoProvider:
        return set()
    return {spec.name for spec in found.stages(Probe(**probe)) if spec.is_optional}
