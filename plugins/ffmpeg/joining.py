"""Joins what pieces have made: the picture byte for byte, then packaged with its one sound."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

import structlog

from core.contract.errors import Later
from core.contract.providers import RenditionDraft, VideoWork
from core.contract.sharing import Handed, Piece

from . import commands, fragments, pieces, playlists
from .encoding import draft, encode, publish
from .fragments import Part
from .growing import TIMES_MORE, Growing
from .ladder import SEGMENT, Rung
from .pieces import Order

log = structlog.get_logger(__name__)

LOOK_AGAIN = 10.0  # seconds; each piece that ends calls, this is the net


def finish(work: VideoWork, order: Order) -> None:
    """Publish what the pieces have made, as far as they are; raise ``Later`` until all are."""
    work.stage(pieces.STAGE)
    handed = work.sharing.gather()
    is_whole = all(one.is_made for one in handed)
    try:
        _refuse_declined(handed)
        (_publish if is_whole else _grow)(work, order, handed)
    except fragments.Unlike:
        _in_one(work, order)
        return
    if not is_whole:
        raise Later(LOOK_AGAIN)


def _refuse_declined(handed: Sequence[Handed]) -> None:
    declined = next((one for one in handed if one.is_declined), None)
    if declined is not None:
        raise fragments.Unlike(declined.piece.name)


def _in_one(work: VideoWork, order: Order) -> None:
    """Encode by one decode after all, and remember that this source wants it."""
    log.warning("pieces_do_not_fit", asset=work.asset_id)
    work.sharing.drop()
    pieces.note(work, in_one=True)
    encode(work, order.plan, _missing(work, order))


def _missing(work: VideoWork, order: Order) -> list[Rung]:
    return [rung for rung in order.rungs if rung.name not in work.published]


def _publish(work: VideoWork, order: Order, handed: Sequence[Handed]) -> None:
    made = [one.piece for one in handed]
    for rung in reversed(_missing(work, order)):  # the smallest is published first
        folder = _joined(work, order, rung, made, work.folder / "joined")
        publish(work, {folder: _draft(work, rung)})


def _grow(work: VideoWork, order: Order, handed: Sequence[Handed]) -> None:
    """Show the beginning that is there, where nothing whole plays yet; at least twice as much."""
    made = [one.piece for one in takewhile(lambda one: one.is_made, handed)]
    count = sum(piece.name != pieces.SOUND for piece in made)
    shown = pieces.known(work).get("shown", 0)
    if count < max(TIMES_MORE * shown, 1) or set(order.plan.names) & set(work.published):
        return
    folder = work.folder / f"shown-{count}"
    drafts = {
        _joined(work, order, rung, made, folder): _draft(work, rung)
        for rung in reversed(_missing(work, order))
    }
    ready = min(len(playlists.read(one)) for one in drafts) - 1  # the last one has no end yet
    Growing(work, drafts, after=0, segment_seconds=SEGMENT + 1).up_to(ready)
    pieces.note(work, shown=count)


def _draft(work: VideoWork, rung: Rung) -> RenditionDraft:
    return draft(rung.name, work.probe, rung.width, rung.height)


def _joined(work: VideoWork, order: Order, rung: Rung, made: Sequence[Piece], folder: Path) -> Path:
    """Return a rung's stream of all pieces that are made, from the first one on."""
    own = folder / rung.name
    own.mkdir(parents=True)
    films = [piece for piece in made if piece.name != pieces.SOUND]
    parts = [_part(work, rung, piece) for piece in films]
    picture = folder / f"{rung.name}.mp4"
    fragments.join(parts, picture, rate=float(order.rate), tick=lambda: work.progress(0.0))
    sounds = [
        work.sharing.take(piece.name) / pieces.SOUND_FILE
        for piece in made
        if piece.name == pieces.SOUND
    ]
    last = pieces.span_of(films[-1]).last
    seconds = None if last is None else float(last / order.rate)
    begin = commands.origin(work.probe)
    command = commands.joined(picture, sounds, own, begin=begin, seconds=seconds)
    work.run(command, reads=[picture, *sounds], writes=own)
    picture.unlink()
    return own


def _part(work: VideoWork, rung: Rung, piece: Piece) -> Part:
    path = work.sharing.take(piece.name) / f"{rung.name}.mp4"
    return Part(path, pieces.span_of(piece).first)
