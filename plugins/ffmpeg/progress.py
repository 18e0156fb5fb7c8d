"""Listens to ffmpeg's ``-progress``: how far it is, how long it takes, whether it ends at all."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.utils.translation import gettext as _

from core.contract.errors import VideoError
from core.contract.providers import VideoWork

from .cutting import cut_of

STILL = 90.0  # seconds without a new picture after which it is stopped …
DROPS = 2.0  # … and so many more for each second of the source that is read for no picture
BEYOND, SPARE = 8.0, 60.0  # times its length, and seconds, after which a film must have ended:
# a damaged time may lie hours ahead, and ffmpeg fills them with the picture before it
EARLY = 0.02  # below this fraction an estimate is a guess


class Progress:
    """A listener for one run; ``on_beat`` is called with every report.

    ``apart`` is how many seconds of the source one picture that comes out is made of.
    """

    def __init__(
        self,
        work: VideoWork,
        seconds: float,
        on_beat: Callable[[], None] | None = None,
        *,
        apart: float = 0.0,
    ) -> None:
        self.work = work
        self.seconds = max(seconds, 0.001)
        self.on_beat = on_beat
        self.longest = BEYOND * work.probe.duration + SPARE + apart
        self.patience = STILL + DROPS * (cut_of(work).longest_gap + apart)
        self.began = self.moved = time.monotonic()
        self.out = 0.0

    def __call__(self, line: str) -> None:
        key, _equals, value = line.partition("=")
        if key == "out_time_us" and value.strip().isdigit():
            self._hear(int(value) / 1_000_000)
        elif key == "progress":
            self._tell()

    def _hear(self, out: float) -> None:
        if out > self.longest:
            raise VideoError(
                _(
                    "The times in the file are damaged: it goes on long after its end. "
                    "Export it as MP4 (H.264 and AAC), then upload it again."
                )
            )
        if out > self.out:
            self.out, self.moved = out, time.monotonic()

    def _tell(self) -> None:
        moment = time.monotonic()
        if moment - self.moved > self.patience:
            raise VideoError(
                _(
                    "The video could not be read on: nothing moved for %(n)d seconds. "
                    "Export it as MP4 (H.264 and AAC), then upload it again."
                )
                % {"n": self.patience}
            )
        fraction = min(self.out / self.seconds, 1.0)
        left = (moment - self.began) * (1 - fraction) / fraction if fraction > EARLY else None
        self.work.progress(fraction, eta_seconds=None if left is None else round(left))
        if self.on_beat is not None:
            self.on_beat()
