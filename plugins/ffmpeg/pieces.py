"""A long film in pieces: whether that pays, what each of them is, and how one is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from core.contract import settings_of
from core.contract.providers import Probe, VideoWork
from core.contract.sharing import Piece

from . import commands, fragments, grid
from .grid import Span
from .ladder import SEGMENT, Plan, Rung
from .machine import encoders_for
from .playlists import Segment
from .profiles import PROFILES
from .progress import Progress

NAME = "ffmpeg"
STAGE = "ladder"
SOUND = "sound"
SOUND_FILE = "sound.mp4"
SOUND_WEIGHT = 0.02  # of encoding as many seconds of the picture


@dataclass(frozen=True, slots=True)
class Order:
    """What the pieces of one film have in common; ``missing`` names the rungs they make."""

    plan: Plan
    missing: tuple[str, ...]
    rate: Fraction

    @property
    def rungs(self) -> list[Rung]:
        return [rung for rung in self.plan.rungs if rung.name in self.missing]

    @property
    def facts(self) -> dict[str, Any]:
        plan = {**asdict(self.plan), "profile": self.plan.profile.name}
        return {"plan": plan, "missing": list(self.missing), "rate": str(self.rate)}


def order_of(piece: Piece) -> Order:
    """Return the order a piece was made out of."""
    known = dict(piece.facts["plan"])
    rungs = tuple(Rung(**one) for one in known.pop("rungs"))
    profile = PROFILES[known.pop("profile")]
    plan = Plan(rungs=rungs, profile=profile, **{**known, "cuts": tuple(known["cuts"])})
    return Order(plan, tuple(piece.facts["missing"]), Fraction(piece.facts["rate"]))


def order_in_hand(work: VideoWork) -> Order | None:
    """Return what was ordered in this preparation, or None where no piece was handed out."""
    handed = work.sharing.gather()
    return order_of(handed[0].piece) if handed else None


def hand_out(work: VideoWork, made: Plan, missing: Sequence[Rung]) -> Order | None:
    """Have all workers make the missing rungs of a long film, where that pays."""
    rate = grid.rate_of(work.probe.frame_rate)
    if rate is None or not missing or made.cuts or not pays(work):
        return None
    if encoders_for(work.site_id, made, missing):
        return None  # graphics hardware is quicker alone, and no other machine need have the same
    cuts = _cuts(work, made, rate)
    if len(cuts) < 2:  # noqa: PLR2004 - one piece is the whole
        return None
    order = Order(made, tuple(rung.name for rung in missing), rate)
    note(work, shown=0)
    work.sharing.hand_out(_pieces(work.probe, order, cuts), stage=STAGE)
    return order


def pays(work: VideoWork) -> bool:
    """Tell whether a film is long and even enough, and somebody else is there to help."""
    return (
        _is_long(work)
        and not work.kept
        and _is_even(work.probe)
        and "in_one" not in known(work)
        and work.sharing.crews > 1
    )


def _is_long(work: VideoWork) -> bool:
    minutes = settings_of(NAME, work.site_id)["share_minutes"]
    return bool(0 < 60 * minutes <= work.probe.duration)


def _is_even(probe: Probe) -> bool:
    """Tell whether each frame's place can be counted, and found without reading all before it."""
    return (
        probe.container.startswith(grid.INDEXED)
        and not probe.is_interlaced
        and not probe.picture_lack
        and probe.picture_at is not None
        and abs(probe.picture_at) * probe.frame_rate < float(grid.INSIDE)
    )


def _cuts(work: VideoWork, made: Plan, rate: Fraction) -> list[Span]:
    """Cut where the segments begin; beside a copy these are the source's own."""
    seconds = work.probe.duration
    length = grid.length_of(seconds, work.sharing.crews)
    if made.follows_source:
        return grid.spans(grid.among(known(work).get("starts", ()), seconds, length, rate), rate)
    return grid.spans(grid.every(seconds, length, rate), rate)


def _pieces(probe: Probe, order: Order, cuts: Sequence[Span]) -> list[Piece]:
    """The sound comes first: it is short, and nothing of the film plays without it."""
    sounds = [Piece(SOUND, order.facts, probe.duration * SOUND_WEIGHT)] if probe.has_audio else []
    return sounds + [
        Piece(
            f"{number:04d}",
            {**order.facts, "first": cut.first, "last": cut.last},
            (probe.duration if cut.last is None else float(cut.last / cut.rate)) - cut.begin,
        )
        for number, cut in enumerate(cuts)
    ]


def span_of(piece: Piece) -> Span:
    return Span(Fraction(piece.facts["rate"]), piece.facts["first"], piece.facts["last"])


def known(work: VideoWork) -> Mapping[str, Any]:
    """Return what this plugin remembers of a source; nothing of the one before it."""
    facts: Mapping[str, Any] = work.remembered.get(NAME, {})
    return facts if facts.get("of") == _mark(work.probe) else {}


def note(work: VideoWork, **values: Any) -> None:
    """Remember more of a source."""
    work.remember(**{NAME: {**known(work), "of": _mark(work.probe), **values}})


def _mark(probe: Probe) -> list[float]:
    return [probe.size, probe.duration]


def note_starts(work: VideoWork, segments: Sequence[Segment]) -> None:
    """Remember where a copy's segments begin: pieces beside it begin there, too."""
    if pays(work):
        starts, second = [0.0], 0.0
        for segment in segments:
            if second - starts[-1] >= 2 * SEGMENT:
                starts.append(round(second, 6))
            second += segment.seconds
        note(work, starts=starts)


def make(work: VideoWork, piece: Piece) -> Path | None:
    """Make one piece; None where its frames are not those that were counted on."""
    folder = work.folder / "piece"
    folder.mkdir()
    order = order_of(piece)
    if piece.name == SOUND:
        command = commands.sound(work.source, order.plan, folder / SOUND_FILE)
        _run(work, command, folder, work.probe.duration)
        return folder
    span, rungs = span_of(piece), order.rungs
    command = commands.piece(work.source, work.probe, order.plan, rungs, folder, span=span)
    _run(work, command, folder, piece.weight)
    counts = {fragments.frames(folder / f"{rung.name}.mp4") for rung in rungs}
    return folder if len(counts) == 1 and span.has(counts.pop()) else None


def _run(work: VideoWork, command: Sequence[str], folder: Path, seconds: float) -> None:
    on_line = Progress(work, seconds)
    work.run(command, reads=[work.source], writes=folder, on_line=on_line)
