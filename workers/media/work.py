"""What a video provider is handed: verbs that publish only while the claim holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog
from django.utils.translation import gettext as _

from core.contract import tell
from core.contract.errors import Cancelled, Later, StorageFull, VideoError
from core.contract.providers import Probe, RenditionDraft, Still
from core.jobs import sandbox
from core.jobs.claims import Claim
from core.jobs.errors import SandboxError
from core.media.editing.timemap import length_of
from core.media.models import Asset, Preparation, Rendition, Stage
from core.media.queries import original_of, remembered
from core.media.services import improving, preparation, reports
from core.storage.models import StoredObject
from core.storage.services import doom, place, store, store_tree

from .sharing import Shared

log = structlog.get_logger(__name__)

WRITE_EVERY = 1.0  # seconds between writes of a stage's progress
UNPUBLISHED = timedelta(hours=1)  # what a killed worker stored and never published lives so long
STALL = 120.0  # seconds a program may be silent
LARGEST_FILE = 4 * 2**30  # bytes a program may write into one file …
GROWS = 1.25  # … or so many times what it reads
TYPES = {
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
}


class Work:
    """One claim's preparation of one asset (``core.contract.providers.VideoWork``)."""

    shares = True  # pieces of it may be handed out

    def __init__(
        self,
        claim: Claim,
        asset: Asset,
        *,
        open_source: Callable[[], Path],
        probe: Probe,
        report: Preparation | None = None,
        provider: str = "",
        kept: Sequence[Sequence[float]] = (),
    ) -> None:
        self.claim = claim
        self.asset = asset
        self.report = report or reports.of_playing(asset)  # whose stages these are
        self.provider = provider or asset.provider
        self.asset_id = str(asset.pk)
        self.site_id = asset.site_id
        self.title = asset.title
        self.wants_file = asset.offers_file
        self._open_source = open_source
        self.original = original_of(asset)
        self.kept: Sequence[tuple[float, float]] = [(start, end) for start, end in kept]
        self.probe = replace(probe, duration=length_of(self.kept)) if kept else probe
        self.folder = claim.folder
        again = set(claim.payload.get("again", ()))
        self.published = _published(asset, self.provider) - again
        self._stage = ""
        self._fraction = 0.0
        self._written = 0.0
        self.sharing = Shared(self)

    @property
    def stage_name(self) -> str:
        return self._stage

    def stage(self, name: str) -> None:
        self._stage, self._fraction, self._written = name, 0.0, 0.0
        self.claim.progress(0.0, name)
        with self.claim.fenced():
            preparation.begin_stage(self.report, name)
        self._unless_left_out(name)

    def _unless_left_out(self, name: str) -> None:
        """Fail at once a stage in which workers were lost as often as it may be tried."""
        if reason := self.claim.payload.get("without", {}).get(name):
            raise VideoError(reason)

    def take_turn(self) -> None:
        if self.claim.job.queue != preparation.PLAYABLE:
            return
        with self.claim.fenced():
            preparation.end_running(self.report, Stage.State.DONE)
        raise Later(0, queue=preparation.QUEUE)

    def progress(self, fraction: float, *, eta_seconds: int | None = None) -> None:
        self._fraction = min(max(fraction, self._fraction), 1.0)
        self.claim.progress(self._fraction, self._stage, eta_seconds=eta_seconds)
        moment = time.monotonic()
        if moment - self._written >= WRITE_EVERY and not self.claim.is_cut_off:
            self._written = moment
            self._tell(eta_seconds)

    def give_up_stage(self, reason: str) -> None:
        """What the asset can do without has failed: its stage says why, and the rest goes on."""
        with self.claim.fenced():
            preparation.end_running(self.report, Stage.State.FAILED, reason)

    def _tell(self, eta_seconds: int | None) -> None:
        preparation.note_progress(self.report, self._stage, self._fraction, eta_seconds)

    def run(
        self,
        command: Sequence[str],
        *,
        reads: Sequence[Path],
        writes: Path,
        devices: Sequence[Path] = (),
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        try:
            finished = sandbox.run(
                command,
                reads=reads,
                writes=writes,
                devices=devices,
                stall_seconds=STALL,
                file_bytes=_largest(reads),
                on_line=on_line,
                tick=self._beat,
            )
        except SandboxError as error:
            log.warning("program_stopped", reason=error.reason, output=error.output)
            raise _worded(error) from error
        if finished.stderr_tail:
            log.info("program_said", output=finished.stderr_tail)
        account(self.claim, self.report, self._stage, finished)

    def _beat(self) -> None:
        self.claim.progress(self._fraction, self._stage)

    @cached_property
    def source(self) -> Path:
        return self._open_source()

    @property
    def remembered(self) -> Mapping[str, Any]:
        known = {name: remembered(self.asset, name, of=self.original) for name in self._told}
        return {name: one for name, one in known.items() if one}

    @property
    def _told(self) -> dict[str, Any]:
        return self.asset.provider_data  # type: ignore[no-any-return]

    def publish(self, draft: RenditionDraft, folder: Path | None) -> None:
        if folder is None:
            with self._still_wanted():
                self._publish_row(draft, None)
        else:
            self._publish_here(draft, folder)
        if not draft.is_growing:
            self._made(draft.name)

    def _publish_here(self, draft: RenditionDraft, folder: Path) -> None:
        stored = self._stored_tree(folder, draft.name)
        with self._published_or_doomed(stored):
            self._publish_row(draft, stored)

    def _publish_row(self, draft: RenditionDraft, stored: StoredObject | None) -> None:
        preparation.publish_rendition(
            self.asset, draft, stored, provider=self.provider, fence=self.claim.fence
        )

    def publish_file(self, draft: RenditionDraft, path: Path) -> None:
        stored = self._stored(path, draft.name)
        with self._published_or_doomed(stored):
            self._publish_row(draft, stored)
        self._made(draft.name)

    def lend(self, name: str, *, only: Collection[str] = ()) -> Path | None:
        row = self.asset.renditions.filter(
            provider=self.provider, name=name, is_growing=False
        ).first()
        return self.lent(row.object, name, only) if row and row.object else None

    def lent(self, stored: StoredObject, name: str, only: Collection[str] = ()) -> Path:
        folder = self.folder / f"lent-{name}"
        folder.mkdir(exist_ok=True)
        shelf = place(stored)
        is_tree = stored.shape == StoredObject.Shape.TREE
        whole = shelf.walk(stored.key) if is_tree else [stored.key]
        keys = [f"{stored.key}/{one}" for one in only] or whole
        for key in keys:
            with (folder / Path(key).name).open("wb") as copy:
                copy.writelines(shelf.open(key))
        return folder

    def _stored_tree(self, folder: Path, purpose: str) -> StoredObject:
        stored = store_tree(site=self.asset.site, folder=folder, purpose=purpose)
        doom(stored, after=UNPUBLISHED)
        return stored

    def _stored(self, path: Path, purpose: str) -> StoredObject:
        stored = store(
            site=self.asset.site,
            source=path,
            content_type=TYPES[path.suffix],
            purpose=purpose,
        )
        doom(stored, after=UNPUBLISHED)
        return stored

    def publish_poster(self, image: Path) -> None:
        stored = self._stored(image, "poster")
        with self._published_or_doomed(stored):
            preparation.publish_poster(self.asset, stored)
        self._made("poster")

    def publish_storyboard(self, folder: Path) -> None:
        stored = self._stored_tree(folder, "storyboard")
        with self._published_or_doomed(stored):
            preparation.publish_storyboard(self.asset, stored)
        self._made("storyboard")

    def publish_stills(self, stills: Sequence[Still]) -> None:
        kept = [(self._stored(still.image, "still"), still.seconds) for still in stills]
        with self._published_or_doomed(*[stored for stored, _seconds in kept]):
            preparation.publish_stills(self.asset, kept)
        self._made("stills")

    def publish_waveform(self, path: Path) -> None:
        stored = self._stored(path, "waveform")
        with self._published_or_doomed(stored):
            preparation.publish_waveform(self.asset, stored)
        self._made("waveform")

    @contextmanager
    def _published_or_doomed(self, *objects: StoredObject) -> Iterator[None]:
        """What was doomed when it was stored is kept by what publishes it, or goes at once."""
        try:
            with self._still_wanted():
                yield
        except BaseException:
            for stored in objects:
                doom(stored)
            raise

    @contextmanager
    def _still_wanted(self) -> Iterator[None]:
        """Publish inside this: while nobody has stopped it, and the version it is made of plays."""
        with self._unless_stopped():
            row = preparation.present(self.asset)
            if (row.edition, row.provider) != (self.asset.edition, self.asset.provider):
                raise Later(0)  # the job begins anew, with what plays now
            yield

    @contextmanager
    def _unless_stopped(self) -> Iterator[None]:
        """Write inside this: while the claim holds, and nobody has asked to stop.

        Who stopped it has let go of all that was made, at its provider too.
        """
        with self.claim.fenced() as job:
            if job.cancel_requested:
                raise Cancelled(f"Job {job.pk} was cancelled.")
            yield

    def _made(self, name: str) -> None:
        self.published.add(name)
        preparation.note_made(self.report, self._stage, name)

    def rate(self, name: str, quality: float) -> None:
        with self.claim.fenced():
            improving.note_quality(self.asset, self.provider, name, quality)
        self._made(f"quality/{name}")

    def remember(self, **values: Any) -> None:
        with self._unless_stopped():
            told = preparation.remember(self.asset, values, of=self.original)
        self.asset.provider_data = {**self._told, **told}

    def spend(self, stage: str, *, key: str, service: str, micros: int, **details: Any) -> None:
        """Tell it; not fenced, because it was spent whoever publishes."""
        tell(
            "money_spent",
            site_id=self.site_id,
            key=key,
            service=service,
            micros=micros,
            details={
                **details,
                "subject": f"asset:{self.asset_id}",
                "stage": reports.stage_key(self.report, stage),
            },
        )


def _largest(reads: Sequence[Path]) -> int:
    """Return how many bytes a program may write: a file that is joined is as large as its parts."""
    return max(LARGEST_FILE, round(GROWS * sum(one.stat().st_size for one in reads)))


def account(claim: Claim, report: Preparation, stage: str, program: sandbox.Finished) -> None:
    """Keep what a program cost; not fenced, because it was spent whoever publishes."""
    claim.add(programs_seconds=program.seconds)
    preparation.note_cpu(report, stage, program.cpu_seconds)


def _published(asset: Asset, provider: str) -> set[str]:
    whole = asset.renditions.filter(is_growing=False)
    own = whole.filter(provider=provider) | whole.filter(kind=Rendition.Kind.FILE)
    names = set(own.values_list("name", flat=True))
    extras = {
        "poster": asset.poster_id,
        "stills": asset.poster_candidates.exists(),
        "storyboard": asset.storyboard_id,
        "waveform": asset.waveform_id,
    }
    rated = own.exclude(quality=None).values_list("name", flat=True)
    names |= {f"quality/{name}" for name in rated}
    return names | {name for name, is_there in extras.items() if is_there}


def _worded(error: SandboxError) -> Exception:
    """Tell what tries again (no room, a killed program) from what never will."""
    if "No space left on device" in error.output:
        return StorageFull(_("The disk is full. Free some space, or add some, and try again."))
    if error.reason in ("killed", "missing"):
        return error
    return VideoError(
        _(
            "The file is damaged: it could not be read to its end. "
            "Export it as MP4 (H.264 and AAC), then upload it again."
        )
    )
