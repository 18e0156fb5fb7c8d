"""Which renditions a source gets: what is copied, which rungs are encoded, how large and how fast.

A rung is named by its shorter side, so that a portrait video of 1080 × 1920 is "1080p" too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from core.contract.providers import Probe

from .profiles import BALANCED, Profile

CAPS = {  # bits a second at 35 frames a second and fewer, by the shorter side
    2160: 16_000_000,
    1440: 9_000_000,
    1080: 5_500_000,
    720: 2_900_000,
    480: 1_300_000,
    360: 800_000,
    240: 420_000,
}
NEAR = 1.15  # a rung this close below another is not worth its bits
FAST = 35.0  # frames a second from which on …
FAST_FACTOR = 1.4  # … a rung may take this much more
FASTEST = 60.0  # frames a second at most
HEAVY = 2.5  # a copy above so many times its rung's cap also gets an encoded rung …
SLACK = 1_000_000  # … not counting so many bits a second, for the sound

PROFILES = ("Constrained Baseline", "Baseline", "Main", "High")
LONGEST_GOP = 10.0  # seconds between key frames that still seek and switch well
SHORTEST_GOP = 1.0
ALIGNED_GOP = 6.0  # up to here the rungs take over the copy's key frames
SEGMENT = 4  # seconds
MOST_CUTS = 10_000  # that fit into a command line: eleven hours
STEREO = 2  # channels

LOUDNESS = -16.0  # LUFS, what players of speech and music aim at
NEAR_ENOUGH = 1.0  # LU; a sound that is off by less may be copied
MOST_GAIN = 20.0  # dB; what is quieter is meant to be, or is noise

HOLE = 0.5  # seconds without sound, before it or after it, from which on it is not copied …
LARGEST_HOLE = 3600.0  # … and up to which that is believed


@dataclass(frozen=True, slots=True)
class Rung:
    """One encoded rendition: its name, its even size, its cap in bits a second."""

    name: str
    width: int
    height: int
    cap: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is made of one source."""

    copied: str  # the copy's name, or ""
    copies_audio: bool
    rungs: tuple[Rung, ...]  # from the largest to the smallest
    follows_source: bool  # key frames where the copy has them
    gain: float = 0.0  # dB that bring the sound to the common loudness
    profile: Profile = BALANCED
    begins_silent: bool = True  # so that the sound is there from the first picture on …
    lasts: float = 0.0  # … and for so many seconds at least: a player waits where it has no sound
    cuts: tuple[float, ...] = ()  # where the copy's segments begin, if the rungs are cut there

    @property
    def shares_sound(self) -> bool:
        """Say whether the rungs may take over what a copy has encoded: it begins with second 0."""
        return bool(self.copied) and not self.copies_audio and self.begins_silent

    @property
    def names(self) -> tuple[str, ...]:
        return ((self.copied,) if self.copied else ()) + tuple(rung.name for rung in self.rungs)


def plan(probe: Probe, profile: Profile = BALANCED) -> Plan:
    """Plan a source's renditions; nothing is ever enlarged."""
    gain = gain_of(probe)
    is_plain = probe.audio_codec in ("", "aac") and probe.audio_channels <= STEREO
    is_late, is_short = (
        probe.has_video and HOLE < hole < LARGEST_HOLE
        for hole in (probe.sound_delay, probe.sound_lack)
    )
    copies_audio = is_plain and abs(gain) < NEAR_ENOUGH and not (is_late or is_short)
    if not probe.has_video:
        return Plan("audio", copies_audio, (), follows_source=False, gain=gain, profile=profile)
    side = min(probe.width, probe.height)
    rungs = tuple(rung_of(probe, one, profile) for one in _sides(side, profile.sides))
    copied = ""
    if can_copy(probe):
        copied = f"{side}p"
        top = rungs[0]
        if probe.bit_rate > SLACK + HEAVY * top.cap * (side / min(top.width, top.height)) ** 2:
            copied = f"{side}p-source"
        else:
            sides = profile.sides if profile.beside is None else profile.beside
            below = [one for one in sides if one * NEAR < side]
            rungs = tuple(rung_of(probe, one, profile) for one in below)
    follows = bool(copied) and SHORTEST_GOP <= probe.key_frame_interval <= ALIGNED_GOP
    lasts = probe.duration if is_short else 0.0
    begins_silent = probe.sound_delay < LARGEST_HOLE
    return Plan(copied, copies_audio, rungs, follows, gain, profile, begins_silent, lasts)


def cut_like(made: Plan, seconds: Sequence[float], probe: Probe) -> Plan:
    """Have the rungs cut where the copy is, whose segments last so many ``seconds``.

    Only for key frames that come too often to take them all over.
    """
    if not 0 < probe.key_frame_interval < SHORTEST_GOP or len(seconds) > MOST_CUTS:
        return made
    early = 0.5 / probe.frame_rate  # the frame that is meant, whatever has been rounded
    begins = accumulate(seconds[:-1], initial=0.0)
    return replace(made, cuts=tuple(max(begin - early, 0.0) for begin in begins))


def gain_of(probe: Probe) -> float:
    """Return how many dB louder a sound is to be played, for all to be about as loud."""
    if probe.loudness is None:
        return 0.0
    return round(min(LOUDNESS - probe.loudness, MOST_GAIN), 1)


def can_copy(probe: Probe) -> bool:
    """Say whether every browser plays the picture as it is, and can seek in it."""
    return (
        probe.video_codec == "h264"
        and probe.profile in PROFILES
        and probe.pixel_format in ("yuv420p", "yuvj420p")
        and not probe.is_interlaced
        and not probe.rotation
        and not probe.transfer
        and probe.has_square_pixels
        and not probe.picture_lack
        and 0 < probe.key_frame_interval <= LONGEST_GOP
    )


def _sides(side: int, listed: Sequence[int]) -> list[int]:
    """Return the rungs' shorter sides: the source's own on top, unless the ladder's is near."""
    below = [one for one in listed if one * NEAR < side or one == side]
    top = min(side, listed[0])
    return below if top in below else [top, *[one for one in below if one < top]]


def rung_of(probe: Probe, side: int, profile: Profile) -> Rung:
    """Return the rung of so many pixels on the shorter side."""
    cap = round(_cap(probe, side) * profile.generosity)
    shape = probe.width / probe.height
    width, height = (side * shape, side) if shape >= 1 else (side, side / shape)
    return Rung(f"{side}p", _even(width), _even(height), cap)


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


def _cap(probe: Probe, side: int) -> float:
    """Take the cap of the next rung of the table, by area, and more for fast pictures."""
    listed = min(CAPS, key=lambda one: abs(one - side))
    cap = CAPS[listed] * math.pow(side / listed, 1.5)
    shape = max(probe.width, probe.height) / min(probe.width, probe.height) / (16 / 9)
    fast = FAST_FACTOR if probe.frame_rate > FAST else 1.0
    return cap * min(max(shape, 0.5), 1.5) * fast
