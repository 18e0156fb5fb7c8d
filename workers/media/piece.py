"""The door ``media.piece``: one piece of another job's preparation, made by whoever is free."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from core.contract import first
from core.contract.errors import Cancelled
from core.contract.providers import Probe
from core.contract.sharing import PieceMaker
from core.jobs.claims import Claim
from core.jobs.crews import crew_of
from core.jobs.models import Job
from core.media.models import Asset, Preparation
from core.media.services import pieces, preparation, reports
from core.storage.services import doom

from .prepare import opened
from .work import Work


class PieceWork(Work):
    """One piece: what it costs and how far it is belongs to a stage of the whole."""

    shares = False

    def __init__(self, claim: Claim, asset: Asset, *, parent: Job, **more: Any) -> None:
        super().__init__(claim, asset, **more)
        self.parent = parent
        self._stage = claim.payload["stage"]

    def stage(self, name: str) -> None:
        """The stage is the parent's."""

    def _tell(self, eta_seconds: int | None) -> None:
        """Tell how far all pieces are together; stop when nobody waits for them any more."""
        del eta_seconds
        self._check_parent()
        fraction, left = pieces.note_progress(self.parent)
        preparation.note_progress(self.report, self._stage, fraction, left)

    def _check_parent(self) -> None:
        if pieces.parent_of(self.claim.job) is None:
            raise Cancelled(f"Job {self.parent.pk} has ended: its pieces end.")

    def record(self, folder: Path | None) -> None:
        """Write down what was made, then tell the parent and the next piece."""
        self._check_parent()
        stored = None if folder is None else self._stored_tree(folder, "piece")
        with self._published_or_doomed(*([stored] if stored else [])):
            if stored:
                doom(stored, after=pieces.UNUSED)
            self.claim.succeed(object=str(stored.pk) if stored else None)
        pieces.hand_on(self.parent, at_once=crew_of(preparation.QUEUE).at_once)


def run(claim: Claim) -> None:
    """Make one piece, unless nobody waits for it any more."""
    parent = pieces.parent_of(claim.job)
    asset = _asset_of(claim.job)
    if parent is None or asset is None or asset.original is None:
        raise Cancelled(f"Nobody waits for job {claim.job.pk} any more.")
    piece = pieces.piece_of(claim.job)
    maker = first("video_providers", name=claim.payload["provider"], site=asset.site)
    with ExitStack() as stack:
        work = PieceWork(
            claim,
            asset,
            parent=parent,
            open_source=partial(opened, stack, claim, asset.original, parent),
            probe=Probe(**asset.probe),
            report=_report_of(claim.job, asset),
            provider=maker.name,
        )
        work.record(cast("PieceMaker", maker).make_piece(work, piece))


def _report_of(job: Job, asset: Asset) -> Preparation:
    """Return the preparation that a piece is of, though another version plays by now."""
    known = asset.preparations.filter(pk=job.payload.get("report")).first()
    return known or reports.of_playing(asset)


def _asset_of(job: Job) -> Asset | None:
    number = UUID(job.subject.removeprefix("asset:"))
    return Asset.objects.select_related("site", "original").filter(pk=number).first()
