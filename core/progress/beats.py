"""Heartbeats: what a player says, and whether it can be.

A beat proves nothing but what it says, so it is judged by sanity alone: beats kept in the
browser while offline arrive late, in any order and more than once, and a union of sets does
not care. What a beat claims only ever concerns the member in its token.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .errors import BadBeat

MAX_BODY = 8 * 1024  # bytes
MAX_RANGES = 200  # in one beat
LONGEST = 48 * 60 * 60  # seconds; no asset is longer
LAST_EDITION = 2**31 - 1  # as the database counts
LAST_CLOCK = 1e16  # milliseconds; what is later is no clock
CLOCK_AHEAD = 5 * 60  # seconds a member's corrected clock may run ahead of ours


@dataclass(frozen=True, slots=True)
class Beat:
    """Half-open ranges of whole seconds, a position in seconds, and when (seconds, UTC).

    ``edition``: whose seconds these are; None: those of the token that carries the beat.
    """

    ranges: tuple[tuple[int, int], ...]
    position: float
    at: float
    edition: int | None = None


def read_beat(body: bytes, *, now: float | None = None) -> Beat:
    """Read ``{"ranges": [[start, end], …], "position": s, "at": epoch_ms}`` or raise BadBeat.

    A beat that was kept may come under a later token: ``"edition"`` names whose seconds it has.
    """
    said = _json_object(body)
    ranges = said.get("ranges", [])
    if not isinstance(ranges, list) or len(ranges) > MAX_RANGES:
        raise BadBeat(_("“ranges” must be a list of at most %d pairs.") % MAX_RANGES)
    latest = (time.time() if now is None else now) + CLOCK_AHEAD
    return Beat(
        ranges=tuple(pair for pair in map(_whole_seconds, ranges) if pair[0] < pair[1]),
        position=_seconds(said.get("position", 0), "position", LONGEST),
        at=min(_seconds(said.get("at"), "at", LAST_CLOCK) / 1000, latest),
        edition=_edition(said.get("edition")),
    )


def _json_object(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_BODY:
        raise BadBeat(_("A heartbeat has at most %d bytes.") % MAX_BODY)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadBeat(_("A heartbeat is a JSON object.")) from error
    if not isinstance(said, dict):
        raise BadBeat(_("A heartbeat is a JSON object."))
    return said


def _seconds(value: object, name: str, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadBeat(_("“%s” must be a number.") % name)
    if not 0 <= value <= most:  # NaN is refused too
        raise BadBeat(_("“%s” is out of bounds.") % name)
    return float(value)


def _edition(value: object) -> int | None:
    return None if value is None else int(_seconds(value, "edition", LAST_EDITION))


def _whole_seconds(pair: object) -> tuple[int, int]:
    """Round both ends the same way, so that neighbouring beats meet without a gap."""
    match pair:
        case [start, end]:
            start, end = (_seconds(value, "ranges", LONGEST) for value in (start, end))
        case _:
            raise BadBeat(_("Each range is a pair: [start, end]."))
    if start > end:
        raise BadBeat(_("A range ends before it starts."))
    return int(start + 0.5), int(end + 0.5)
