"""The door ``media.move``: another provider prepares the original, is verified, and plays."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from typing import cast

from django.utils.translation import gettext as _

from core.contract import first
from core.contract.errors import Later, VideoError
from core.contract.providers import Probe, VideoProvider
from core.jobs.claims import Claim
from core.jobs.queries import is_held_up
from core.media.models import Asset, Preparation
from core.media.moving import services as moving
from core.media.moving.models import Move
from core.media.queries import remembered
from core.media.services import pieces, preparation, reports
from core.media.services.direct import keeper_of
from core.media.transcripts import hearing
from core.storage.services import doom, keep, store

from .prepare import begin_beside, lay_out, of_kind, opened, prepared, probed
from .work import UNPUBLISHED, Work

FETCHING = "fetch"
HELD_UP = 5.0  # seconds


def run(claim: Claim) -> None:
    """Copy, verify, flip; what a former attempt copied is kept."""
    move = (
        Move.objects.select_related("asset__site", "asset__original")
        .filter(pk=claim.payload["move"], state__in=Move.ACTIVE)
        .first()
    )
    if move is None:
        return  # cancelled, or its asset is gone
    if is_held_up(claim.job):
        raise Later(HELD_UP)  # the one that was stopped has not noticed yet
    asset = move.asset
    provider = cast("VideoProvider", first("video_providers", name=move.target, site=asset.site))
    report = reports.of_move(asset, number=move.pk, provider=move.target)
    begin_beside(claim, report)
    if asset.original is None:
        bring_home(claim, asset, report)
    found = Probe(**asset.probe)
    lay_out(claim, report, found, provider)
    if asset.original is None:
        raise VideoError(_("The original is not here any more. Upload it again."))
    with claim.fenced():
        if not moving.begin(move):
            return  # stopped meanwhile
    with ExitStack() as stack:
        open_source = partial(opened, stack, claim, asset.original)
        copy = Work(
            claim,
            asset,
            open_source=open_source,
            probe=found,
            report=report,
            provider=move.target,
        )
        prepared(copy, provider)
    moving.verify(move, asset)
    with claim.fenced():
        moving.flip(move)
        pieces.end(claim.job)
        claim.succeed(copied=sorted(copy.published))


def bring_home(claim: Claim, asset: Asset, report: Preparation) -> None:
    """Fetch the file that lies at its provider alone, and keep it as the original."""
    keeper = keeper_of(asset)
    if keeper is None:
        raise VideoError(_("The original is not here any more. Upload it again."))
    path = keeper.fetch_original(asset, claim.folder, tick=lambda: claim.progress(0.0, FETCHING))
    found = of_kind(probed(claim, report, path), asset)
    stored = store(site=asset.site, source=path, content_type="video/mp4")
    doom(stored, after=UNPUBLISHED)
    with claim.fenced():
        keep(stored)
        Asset.objects.filter(pk=asset.pk).update(original=stored, probe=asdict(found))
        asset.refresh_from_db(fields=["original", "probe", "provider_data"])
        known = remembered(asset, keeper.name, of="")
        preparation.remember(asset, {keeper.name: dict(known)})  # what came home is its file
        asset.refresh_from_db(fields=["provider_data"])
        hearing.begin_with(asset)  # until now there was nothing to hear
