"""Publishes renditions while they are still being made, in lock step."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core.contract.providers import RenditionDraft, VideoWork

from . import playlists

TIMES_MORE = 2  # each publication holds at least twice the one before: few, and never too late


class Growing:
    """Watches folders that ffmpeg fills; all of them are published up to the same segment."""

    def __init__(
        self,
        work: VideoWork,
        drafts: Mapping[Path, RenditionDraft],
        *,
        after: float,
        segment_seconds: int,
        first: int = 1,
    ) -> None:
        self.work = work
        self.drafts = drafts
        self.segment_seconds = segment_seconds
        self.not_before = time.monotonic() + after
        self.next = first  # so many segments at least

    def look(self) -> None:
        """Publish what is complete, once there is enough more of it."""
        if time.monotonic() < self.not_before or not self._has(self.next):
            return
        count = self.next
        while self._has(count + 1):
            count += 1
        self.up_to(count)
        self.next = count * TIMES_MORE

    def end(self) -> None:
        """Publish all there is when the program has ended and more is to come from another."""
        self.up_to(min(len(playlists.read(folder)) for folder in self.drafts))

    def up_to(self, count: int) -> None:
        """Publish so many segments of each."""
        for folder, draft in self.drafts.items():
            self._publish(folder, draft, count)

    def _has(self, count: int) -> bool:
        """The segment after the last one has begun, so that the last one is named."""
        following = playlists.segment_name(count)
        return all(
            (folder / following).exists() or (folder / f"{following}.tmp").exists()
            for folder in self.drafts
        )

    def _publish(self, folder: Path, draft: RenditionDraft, count: int) -> None:
        target = self.work.folder / f"{folder.name}-{count}"
        segments = playlists.snapshot(folder, target, count, seconds=self.segment_seconds)
        measured = playlists.draft(folder, segments, replace(draft, is_growing=True))
        self.work.publish(measured, target)
        shutil.rmtree(target, ignore_errors=True)
