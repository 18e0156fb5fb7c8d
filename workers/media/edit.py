"""The door ``media.edit``: another version is prepared beside the one that plays, then plays."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import asdict
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
from core.media.models import Asset
from core.media.services import improving, preparation
from core.storage.models import StoredObject

from .prepare import of_kind, opened, prepared
from .probe import probe
from .work import Work

Role = EditionPart.Role
HELD_UP = 5.0  # seconds


class Beside(Work):
    """A preparation into an edition: nothing that plays, and no stage an editor sees, changes."""

    shares = False

    def __init__(self, claim: Claim, asset: Asset, *, edition: Edition, **more: Any) -> None:
        super().__init__(claim, asset, kept=edition.kept, **more)
        self.edition = edition
        self.original = str(edition.original_id or "")
        parts = edition.parts.all()
        self.published = {one.name for one in parts if one.role != Role.STILL}
        self.published |= {"poster"} | ({"stills"} if len(self.published) < len(parts) else set())

    def stage(self, name: str) -> None:
        self._stage, self._fraction = name, 0.0
        self.claim.progress(0.0, name)
        self._unless_left_out(name)

    def progress(self, fraction: float, *, eta_seconds: int | None = None) -> None:
        self._fraction = min(max(fraction, self._fraction), 1.0)
        self.claim.progress(self._fraction, self._stage, eta_seconds=eta_seconds)

    def give_up_stage(self, reason: str) -> None:
        """Once this version plays, the editor is told: what lacks is made then."""

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
        self.published.add("storyboard")

    def publish_waveform(self, path: Path) -> None:
        stored = self._stored(path, "waveform")
        with self._published_or_doomed(stored):
            shelving.add(self.edition, Role.WAVEFORM, stored)
        self.published.add("waveform")

    def publish_stills(self, stills: Any) -> None:
        kept: list[tuple[StoredObject, Still]] = [
            (self._stored(still.image, "still"), still) for still in stills
        ]
        with self._published_or_doomed(*[stored for stored, _still in kept]):
            for position, (stored, still) in enumerate(kept):
                shelving.add(
                    self.edition, Role.STILL, stored, name=str(position), seconds=still.seconds
                )
        self.published.add("stills")

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
    with ExitStack() as stack:
        open_source = partial(opened, stack, claim, edition.original)
        found = _probed(claim, edition, provider, open_source)
        work = Beside(
            claim,
            asset,
            edition=edition,
            open_source=open_source,
            probe=found,
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


def _probed(claim: Claim, edition: Edition, provider: VideoProvider, open_source: Any) -> Probe:
    """Return what the file is: known for the asset's own, read for another."""
    asset = edition.asset
    if "probe" not in edition.facts:
        known = asset.probe if edition.original_id == asset.original_id else None
        if known is None:
            told = probe(open_source(), lambda: claim.progress(0.0, "probe"))
            known = asdict(of_kind(told, asset))
        with claim.fenced():
            editing.note_facts(edition, probe=known)
    found = Probe(**edition.facts["probe"])
    complaint = provider.accepts(found)
    if complaint:
        raise VideoError(complaint)
    return found
