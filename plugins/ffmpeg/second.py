"""The same ladder once more, in a codec that needs fewer bits, for browsers that play it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.contract import settings_of
from core.contract.providers import Probe, VideoWork

from . import machine
from .encoders import SECOND
from .encoding import run_ladder
from .ladder import NEAR, Plan, Rung, plan, rung_of

STAGE = "smaller"
TOGETHER = 1080  # pixels of the shorter side; what is larger is encoded alone, for its memory


def codec_for(site_id: int) -> str:
    """Return what an operator wants besides H.264, if this machine can encode it, or ""."""
    wanted = str(settings_of("ffmpeg", site_id)["also"])
    return wanted if wanted in SECOND and machine.has(SECOND[wanted].name) else ""


def second_plan(probe: Probe, made: Plan, codec: str, published: Sequence[str] = ()) -> Plan:
    """Plan every rung that the first ladder has, the copied one too, with the same key frames."""
    whole = plan(replace(probe, profile="", bit_rate=0), made.profile)
    base = made if not made.copied or made.copied in published else whole
    rungs = tuple(
        replace(rung, name=f"{rung.name}-{codec}") for rung in [*_above(probe, made), *whole.rungs]
    )
    return replace(base, copied="", rungs=rungs)


def _above(probe: Probe, made: Plan) -> Sequence[Rung]:
    """Return a rung of the copy's own size where the profile ends below it.

    A player stays with one codec, so that a second ladder must go as high as the first.
    """
    side, top = min(probe.width, probe.height), made.profile.sides[0]
    return [rung_of(probe, side, made.profile)] if made.copied and side > top * NEAR else []


def make_second(work: VideoWork, made: Plan, codec: str) -> None:
    """Encode what is missing; the largest is published last, and lets players have the others."""
    again = second_plan(work.probe, made, codec, list(work.published))
    for group in _groups([rung for rung in again.rungs if rung.name not in work.published]):
        by = dict.fromkeys([rung.name for rung in group], SECOND[codec])
        run_ladder(work, again, group, by=by, name=f"{STAGE}-{group[0].name}")


def _groups(rungs: Sequence[Rung]) -> Iterator[Sequence[Rung]]:
    small = [rung for rung in rungs if min(rung.width, rung.height) <= TOGETHER]
    if small:
        yield small
    for rung in reversed(rungs):
        if rung not in small:
            yield [rung]
