"""The door ``media.improve``: what plays already becomes smaller, and is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, cast
from uuid import UUID

from core.contract import first
from core.contract.providers import Probe, VideoProvider
from core.jobs.claims import Claim
from core.media.models import Asset
from core.media.services import improving, reports

from .prepare import opened
from .work import Work


class Improving(Work):
    """A preparation that goes on after the end, and begins anew when another version plays."""

    @contextmanager
    def _still_wanted(self) -> Iterator[None]:
        with self.claim.fenced():
            improving.still_plays(self.asset, self.provider)
            yield


def run(claim: Claim) -> None:
    """Improve one asset; what a former attempt published is kept."""
    asset = (
        Asset.objects.select_related("site", "original")
        .filter(pk=UUID(claim.payload["asset"]), status=Asset.Status.READY)
        .first()
    )
    if asset is None or asset.original is None:
        return  # deleted, or prepared again: that asks for this once more
    provider: Any = cast(
        "VideoProvider", first("video_providers", name=asset.provider, site=asset.site)
    )
    probe = Probe(**asset.probe)
    specs = improving.improvements_of(provider, probe, asset.site_id)
    with claim.fenced():
        report = reports.of_improving(reports.of_playing(asset))
        improving.lay_out_late(report, specs)
    with ExitStack() as stack:
        open_source = partial(opened, stack, claim, asset.original)
        work = Improving(
            claim,
            asset,
            open_source=open_source,
            probe=probe,
            report=report,
            kept=asset.kept,
        )
        if specs:
            provider.improve(work)
    with claim.fenced():
        improving.mark_improved(improving.still_plays(asset, asset.provider))
        claim.succeed(renditions=sorted(work.published))
