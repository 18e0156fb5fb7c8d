"""What a video provider is handed: verbs that publish only while the claim holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog
from django.utils.translation import gettext as _

from core.contract.errors import StorageFull, VideoError
from core.contract.providers import Probe, RenditionDraft
from core.jobs import sandbox
from core.jobs.claims import Claim
from core.jobs.errors import SandboxError
from core.media.models import Asset
from core.media.services import preparation
from core.storage.models import StoredObject
from core.storage.services import doom, store, store_tree

log = structlog.get_logger(__name__)

WRITE_EVERY = 1.0  # seconds between writes of a stage's progress
UNPUBLISHED = timedelta(hours=1)  # what a killed worker stored and never published lives so long
STALL = 120.0  # seconds a program may be silent
LARGEST_FILE = 4 * 2**30  # bytes a program may write into one file
POSTER_TYPES = {".jpg": "image/jpeg", ".webp": "image/webp"}


class Work:
    """One claim's preparation of one asset (``core.contract.providers.VideoWork``)."""

    def __init__(
        self, claim: Claim, asset: Asset, open_source: Callable[[], Path], probe: Probe
    ) -> None:
        self.claim = claim
        self.asset = asset
        self.asset_id = str(asset.pk)
        self.site_id = asset.site_id
        self.title = asset.title
        self._open_source = open_source
        self.probe = probe
        self.folder = claim.folder
        self.published = _published(asset)
        self._stage = ""
        self._fraction = 0.0
        self._written = 0.0

    def stage(self, name: str) -> None:
        self._stage, self._fraction, self._written = name, 0.0, 0.0
        self.claim.progress(0.0, name)
        with self.claim.fenced():
            preparation.begin_stage(self.asset, name)

    def progress(self, fraction: float, *, eta_seconds: int | None = None) -> None:
        self._fraction = min(max(fraction, self._fraction), 1.0)
        self.claim.progress(self._fraction, self._stage, eta_seconds=eta_seconds)
        moment = time.monotonic()
        if moment - self._written >= WRITE_EVERY:
            self._written = moment
            preparation.note_progress(self.asset, self._stage, self._fraction, eta_seconds)

    def run(
        self,
        command: Sequence[str],
        *,
        reads: Sequence[Path],
        writes: Path,
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        try:
            finished = sandbox.run(
                command,
                reads=reads,
                writes=writes,
                stall_seconds=STALL,
                file_bytes=LARGEST_FILE,
                on_line=on_line,
                tick=self._beat,
            )
        except SandboxError as error:
            log.warning("program_stopped", reason=error.reason, output=error.output)
            raise _worded(error) from error
        if finished.stderr_tail:
            log.info("program_said", output=finished.stderr_tail)

    def _beat(self) -> None:
        self.claim.progress(self._fraction, self._stage)

    @cached_property
    def source(self) -> Path:
        return self._open_source()

    @property
    def remembered(self) -> Mapping[str, Any]:
        return self.asset.provider_data  # type: ignore[no-any-return]

    def publish(self, draft: RenditionDraft, folder: Path | None) -> None:
        if folder is None:
            with self.claim.fenced():
                preparation.publish_rendition(self.asset, draft, None, fence=self.claim.fence)
        else:
            self._publish_here(draft, folder)
        if not draft.is_growing:
            self.published.add(draft.name)

    def _publish_here(self, draft: RenditionDraft, folder: Path) -> None:
        stored = store_tree(site=self.asset.site, folder=folder, purpose=draft.name)
        with self._published_or_doomed(stored):
            preparation.publish_rendition(self.asset, draft, stored, fence=self.claim.fence)

    def publish_poster(self, image: Path) -> None:
        stored = store(
            site=self.asset.site,
            source=image,
            content_type=POSTER_TYPES[image.suffix],
            purpose="poster",
        )
        with self._published_or_doomed(stored):
            preparation.publish_poster(self.asset, stored)
        self.published.add("poster")

    def publish_storyboard(self, folder: Path) -> None:
        stored = store_tree(site=self.asset.site, folder=folder, purpose="storyboard")
        with self._published_or_doomed(stored):
            preparation.publish_storyboard(self.asset, stored)
        self.published.add("storyboard")

    @contextmanager
    def _published_or_doomed(self, stored: StoredObject) -> Iterator[None]:
        """Doomed from the start, kept by what publishes it: no end leaves anything over."""
        doom(stored, after=UNPUBLISHED)
        try:
            with self.claim.fenced():
                yield
        except BaseException:
            doom(stored)
            raise

    def remember(self, **values: Any) -> None:
        with self.claim.fenced():
            preparation.remember(self.asset, values)
        self.asset.provider_data = {**self.asset.provider_data, **values}


def _published(asset: Asset) -> set[str]:
    names = set(asset.renditions.filter(is_growing=False).values_list("name", flat=True))
    names |= {"poster"} if asset.poster_id else set()
    return names | ({"storyboard"} if asset.storyboard_id else set())


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
