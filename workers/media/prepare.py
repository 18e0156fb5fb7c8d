"""The door ``media.prepare``: an original in, a playable asset out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _

from core.contract import first
from core.contract.errors import VideoError
from core.contract.providers import Probe, StageSpec, VideoProvider
from core.jobs.claims import Claim
from core.media.models import Asset
from core.media.services import preparation
from core.storage.services import local_copy

from .probe import probe
from .work import Work

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
    if asset.original is None:
        raise VideoError(_("The file is not here any more. Upload it again."))
    provider = cast("VideoProvider", first("video_providers", name=asset.provider, site=asset.site))
    with local_copy(asset.original) as source:
        work = Work(claim, asset, source, _read(claim, asset, source, provider))
        provider.prepare(work)
    with claim.fenced():
        preparation.mark_ready(asset)
        claim.succeed(renditions=sorted(work.published))


def _read(claim: Claim, asset: Asset, source: Path, provider: VideoProvider) -> Probe:
    """Look at the file, and write down what it is and which stages lie ahead."""
    reading = StageSpec(READING, _("Reading the file"))
    with claim.fenced():
        preparation.begin_again(asset, reading)
    found = _of_kind(probe(source, lambda: claim.progress(0.0, READING)), asset)
    complaint = provider.accepts(found)
    if complaint:
        raise VideoError(complaint)
    with claim.fenced():
        preparation.note_probe(asset, found)
        preparation.lay_out(asset, [reading, *provider.stages(found)])
    return found


def _of_kind(found: Probe, asset: Asset) -> Probe:
    """An audio asset keeps the sound of a video only."""
    if asset.kind != Asset.Kind.AUDIO:
        return found
    if not found.has_audio:
        raise VideoError(_("The file holds no sound. Upload it as a video instead."))
    return replace(found, video_codec="", width=0, height=0, frame_rate=0.0, rotation=0)
