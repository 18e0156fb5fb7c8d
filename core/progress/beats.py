"""Heartbeats: what a player says, judged and merged into what the member has watched.

A beat proves nothing but what it says, so it is judged by sanity alone: beats kept in the
browser while offline arrive late, in any order and more than once, and a union of sets does
not care. What a beat claims only ever concerns the member in its token.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import IntegrityError, connection
from django.utils.translation import gettext as _
from psycopg.types.numeric import Int8

from .errors import BadBeat, NothingToWatch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.backends.utils import CursorWrapper

MAX_BODY = 8 * 1024  # bytes
MAX_RANGES = 200  # in one beat
LONGEST = 48 * 60 * 60  # seconds; no asset is longer
LAST_CLOCK = 1e16  # milliseconds; what is later is no clock
CLOCK_AHEAD = 5 * 60  # seconds a member's corrected clock may run ahead of ours


@dataclass(frozen=True, slots=True)
class Beat:
    """Half-open ranges of whole seconds, a position in seconds, and when (seconds, UTC)."""

    ranges: tuple[tuple[int, int], ...]
    position: float
    at: float


@dataclass(frozen=True, slots=True)
class Merged:
    """What is known after a beat. ``is_due``: watched enough, and not yet completed."""

    seconds: int
    position: float
    is_due: bool


def read_beat(body: bytes, *, now: float | None = None) -> Beat:
    """Read ``{"ranges": [[start, end], …], "position": s, "at": epoch_ms}`` or raise BadBeat."""
    said = _json_object(body)
    ranges = said.get("ranges", [])
    if not isinstance(ranges, list) or len(ranges) > MAX_RANGES:
        raise BadBeat(_("“ranges” must be a list of at most %d pairs.") % MAX_RANGES)
    latest = (time.time() if now is None else now) + CLOCK_AHEAD
    return Beat(
        ranges=tuple(pair for pair in map(_whole_seconds, ranges) if pair[0] < pair[1]),
        position=_seconds(said.get("position", 0), "position", LONGEST),
        at=min(_seconds(said.get("at"), "at", LAST_CLOCK) / 1000, latest),
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


MERGE = """
WITH said AS MATERIALIZED (
  SELECT a.id AS asset_id, a.duration,
         %(watched)s::int4multirange
           * int4multirange(int4range(0, coalesce(ceil(a.duration)::int, %(longest)s))) AS watched,
         least(%(position)s::float8, coalesce(a.duration, %(longest)s)) AS position,
         to_timestamp(%(at)s::float8) AS at,
         (SELECT p.id FROM wagtailcore_page p WHERE p.id = %(page)s) AS page_id
    FROM core_asset a
   WHERE a.id = %(asset)s AND a.site_id = %(site)s
), kept AS (
  INSERT INTO core_watch AS w (member_id, asset_id, site_id, page_id, watched,
                               position, position_at, created_at, changed_at)
  SELECT %(member)s, asset_id, %(site)s, page_id, watched, position, at, now(), now() FROM said
  ON CONFLICT (member_id, asset_id) DO UPDATE SET
    watched = w.watched + excluded.watched,
    position = CASE WHEN excluded.position_at >= w.position_at
                    THEN excluded.position ELSE w.position END,
    page_id = CASE WHEN excluded.position_at >= w.position_at
                   THEN excluded.page_id ELSE w.page_id END,
    position_at = greatest(excluded.position_at, w.position_at),
    changed_at = now()
  RETURNING w.seconds, w.position
)
SELECT kept.seconds, kept.position,
       said.page_id IS NOT NULL AND %(percent)s > 0
         AND kept.seconds * 100 >= %(percent)s * greatest(floor(said.duration), 1)
         AND NOT EXISTS (SELECT 1 FROM core_completion c
                          WHERE c.member_id = %(member)s AND c.page_id = said.page_id)
  FROM kept, said
"""


def _prepared_cursor() -> CursorWrapper:
    """Bind on the server, so that Postgres plans the statement once a connection.

    Django's own cursors write the values into the text, which is planned anew each time: that
    was half of what a beat cost.
    """
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return make(cursor)


def merge(
    *,
    member: int,
    asset: UUID,
    site: int,
    page: int | None,
    ranges: Sequence[tuple[int, int]],
    position: float,
    at: float,
    percent: int = 90,
) -> Merged:
    """Merge one beat in one statement: union of seconds, the newest position wins.

    ``percent``: how much of the asset has to be watched to complete ``page``; 0 = never so.
    """
    watched = "{" + ",".join(f"[{start},{end})" for start, end in ranges) + "}"
    values: dict[str, Any] = {
        "watched": watched,
        "longest": LONGEST,
        "position": position,
        "at": at,
        "page": Int8(page) if page else None,
        "asset": asset,
        "site": Int8(site),
        "member": Int8(member),
        "percent": percent,
    }
    try:
        with _prepared_cursor() as cursor:
            cursor.execute(MERGE, values)
            row = cursor.fetchone()
    except IntegrityError as error:
        raise NothingToWatch(_("This member is no longer here.")) from error
    if row is None:
        raise NothingToWatch(_("This video is no longer here."))
    return Merged(seconds=row[0], position=row[1], is_due=bool(row[2]))
