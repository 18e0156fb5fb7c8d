"""How much time goes into how much quality: the operator's choice, for all or for one site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.contract import settings_of


@dataclass(frozen=True, slots=True)
class Profile:
    """What the encoder is told. ``sides`` are the rungs' shorter sides in pixels.

    ``beside`` are the same below a picture that is copied, where they are others.
    """

    name: str
    preset: str
    crf: int
    sides: Sequence[int]
    generosity: float = 1.0  # of the caps
    reads: Sequence[str] = ()  # how the source is decoded
    beside: Sequence[int] | None = None


QUICKLY = ("-skip_loop_filter", "nokey")
FAST = Profile("fast", "superfast", 24, (720, 360), 1.2, reads=QUICKLY, beside=(240,))
COPY = replace(FAST, name="copy", beside=())
# 22, so that it looks as others' preset medium does at 23 (VMAF within a point), in fewer bits.
BALANCED = Profile("balanced", "veryfast", 22, (1080, 720, 480, 240))
ARCHIVE = Profile("archive", "medium", 21, (2160, 1440, 1080, 720, 480, 360, 240), 1.3)
PROFILES = {one.name: one for one in (COPY, FAST, BALANCED, ARCHIVE)}

AUTOMATICALLY, NEVER = "auto", "never"  # whether graphics hardware is used
CHOICES = (
    ("copy", "Copy: a picture that browsers play stays as it is, in one size, the least work"),
    ("fast", "Fast: two sizes up to 720p, one of 240p beside a copied picture"),
    ("balanced", "Balanced: four sizes up to 1080p"),
    ("archive", "Archive: seven sizes up to 2160p, many times the work"),
)


def profile_of(site_id: int | None) -> Profile:
    """Return the profile a site's videos are encoded with."""
    return PROFILES.get(settings_of("ffmpeg", site_id)["profile"], BALANCED)
