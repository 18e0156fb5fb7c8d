"""The door ``media.edit``: another version is prepared beside the one that plays, then plays."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from django.utils.translation import gettext as _

from core.contract.errors import Later, VideoError
from core.contract.providers import Probe, RenditionDraft, Still, VideoProvider
from core.jobs.claims import Claim
from core.jobs.queries import is_held_up
from core.media.editing import services as editing
from core.media.editing import shelving
from core.media.editing.models import Edition, EditionPart
from core.media.models import Asset, Preparation
from core.media.services import improving, preparation, reports
from core.storage.models import StoredObject

from .prepare import begin_beside, lay_out, of_kind, opened, prepared, probed
from .work import Work

Role = EditionPart.Role
HELD_UP = 5.0  # seconds


class Beside(Work):
    """A preparation into an edition: nothing that plays, and none of its stages, changes."""

    shares = False

    def __init__(self, claim: Claim, asset: Asset, *, edition: Edition, **more: Any) -> None:
        super().__init__(claim, asset, kept=edition.kept, **more)
        self.edition = edition
        self.original = str(edition.original_id or "")
        parts = edition.parts.all()
        self.published = {one.name for one in parts if one.role != Role.STILL}
        self.published |= {"poster"} | ({"stills"} if len(self.published) < len(parts) else set())

    def publish(self, draft: RenditionDraft, folder: Path | None) -> None:
        if not draft.is_growing:  # who watches has the former version meanwhile
            super().publish(draft, folder)

    def _publish_row(self, draft: RenditionDraft, stored: StoredObject | None) -> None:
        shelving.add_rendition(
            self.edition, draft, stored, provider=self.provider, fence=self.claim.fence
        )

    def publish_poster(self, image: Path) -> None:
        """The poster stays as it is: its editor may choose among the new frames."""

    def publish_storyboard(self, folder: Path) -> None:
        stored = self._stored_tree(folder, "storyboard")
        with self._published_or_doomed(stored):
            shelving.add(self.edition, Role.STORYBOARD, stored)
        self._made("storyboard")

    def publish_waveform(self, path: Path) -> None:
        stored = self._stored(path, "waveform")
        with self._published_or_doomed(stored):
            shelving.add(self.edition, Role.WAVEFORM, stored)
        self._made("waveform")

    def publish_stills(self, stills: Any) -> None:
        kept: list[tuple[StoredObject, Still]] = [
            (self._stored(still.image, "still"), still) for still in stills
        ]
        with self._published_or_doomed(*[stored for stored, _still in kept]):
            for position, (stored, still) in enumerate(kept):
                shelving.add(
                    self.edition, Role.STILL, stored, name=str(position), seconds=still.seconds
                )
        self._made("stills")

    def lend(self, name: str, *, only: Collection[str] = ()) -> Path | None:
        part = self.edition.parts.filter(role=Role.RENDITION, name=name).first()
        return self.lent(part.object, name, only) if part and part.object else None


def run(claim: Claim) -> None:
    """Prepare an edition, verify it, let it play; what a former attempt made is kept."""
    edition = (
        Edition.objects.select_related("asset__site", "original")
        .filter(pk=claim.payload["edition"], state=Edition.State.PREPARING)
        .first()
    )
    if edition is None:
        return  # stopped, or its asset is gone
    if is_held_up(claim.job):
        raise Later(HELD_UP)  # the one that was stopped has not noticed yet
    asset = edition.asset
    if edition.original is None:
        raise VideoError(_("The file is not here any more. Upload it again."))
    provider = cast("VideoProvider", editing.provider_for(asset))
    report = reports.of_edition(
        asset, number=edition.number, cause=edition.cause, provider=provider.name
    )
    begin_beside(claim, report)
    with ExitStack() as stack:
        open_source = partial(opened, stack, claim, edition.original)
        found = _probed(claim, edition, report, open_source)
        lay_out(claim, report, _as_made(found, edition), provider)
        work = Beside(
            claim,
            asset,
            edition=edition,
            open_source=open_source,
            probe=found,
            report=report,
            provider=provider.name,
        )
        prepared(work, provider)
    editing.verify(edition, work.probe.duration)
    specs = improving.improvements_of(provider, found, asset.site_id)
    with claim.fenced():
        editing.note_facts(edition, duration=work.probe.duration, provider=provider.name)
        editing.flip(edition)
        improving.begin_improving(edition.asset, specs)
        claim.succeed(edition=edition.number, seconds=work.probe.duration)
        preparation.make_offered_file(asset)


def _as_made(found: Probe, edition: Edition) -> Probe:
    """A cut is never copied, so its stages are those of a file that must be encoded."""
    return replace(found, profile="", bit_rate=0) if edition.kept else found


def _probed(claim: Claim, edition: Edition, report: Preparation, open_source: Any) -> Probe:
    """Return what the file is: known for the asset's own, read for another."""
    asset = edition.asset
    if "probe" not in edition.facts:
        known = asset.probe if edition.original_id == asset.original_id else None
        if known is None:
            known = asdict(of_kind(probed(claim, report, open_source()), asset))
        with claim.fenced():
            editing.note_facts(edition, probe=known)
    return Probe(**edition.facts["probe"])
