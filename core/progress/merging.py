"""Merging: what players said becomes what their members have watched.

A commit costs several times what a row costs. So threads that have a beat each are served by
one of them, with one statement: see ``together``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from django.db import DatabaseError, IntegrityError, connection
from django.utils.translation import gettext as _

from core.media.editing.queries import way_to_today

from .beats import LONGEST
from .errors import NothingToWatch
from .moving import catch_up
from .together import Together

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from core.media.editing.timemap import TimeMap

CUTS = 3  # so many may come between a beat and its row
PATIENCE = 250  # milliseconds a group waits for a locked row; whoever goes alone waits for it


@dataclass(frozen=True, slots=True)
class Said:
    """A beat, and whose it is."""

    member: int
    asset: UUID
    site: int
    page: int | None
    ranges: Sequence[tuple[int, int]]
    position: float
    at: float
    percent: int
    edition: int = 0  # whose seconds these are; see core.media.editing

    @property
    def key(self) -> tuple[int, UUID]:
        return self.member, self.asset


@dataclass(frozen=True, slots=True)
class Merged:
    """What is known after a beat. ``is_due``: watched enough, and not yet completed."""

    seconds: int
    position: float
    is_due: bool


# Rows are locked in the order of their key, so that two groups never wait for each other. One that
# was moved by a cut while a beat waited for it is in other seconds now: that beat changes nothing.
MERGE = f"""
WITH said AS MATERIALIZED (
  SELECT s.member, s.site, s.percent, s.edition, a.id AS asset, a.duration,
         s.watched::int4multirange
           * int4multirange(int4range(0, coalesce(ceil(a.duration)::int, {LONGEST}))) AS watched,
         least(s.position, coalesce(a.duration, {LONGEST})) AS position,
         to_timestamp(s.at) AS at,
         (SELECT p.id FROM wagtailcore_page p WHERE p.id = s.page) AS page
    FROM unnest(%(member)s::int8[], %(asset)s::uuid[], %(site)s::int4[], %(page)s::int4[],
                %(watched)s::text[], %(position)s::float8[], %(at)s::float8[],
                %(percent)s::int4[], %(edition)s::int4[])
         AS s (member, asset, site, page, watched, position, at, percent, edition)
    JOIN core_asset a ON a.id = s.asset AND a.site_id = s.site AND a.edition = s.edition
   WHERE set_config('lock_timeout', %(patience)s, true) IS NOT NULL
), kept AS (
  INSERT INTO core_watch AS w (member_id, asset_id, site_id, page_id, watched,
                               position, position_at, created_at, changed_at, edition)
  SELECT member, asset, site, page, watched, position, at, now(), now(), edition
    FROM said ORDER BY member, asset
  ON CONFLICT (member_id, asset_id) DO UPDATE SET
    watched = w.watched + excluded.watched,
    position = CASE WHEN excluded.position_at >= w.position_at
                    THEN excluded.position ELSE w.position END,
    page_id = CASE WHEN excluded.position_at >= w.position_at
                   THEN excluded.page_id ELSE w.page_id END,
    position_at = greatest(excluded.position_at, w.position_at),
    changed_at = now()
    WHERE coalesce(w.edition, excluded.edition) = excluded.edition
  RETURNING w.member_id, w.asset_id, w.seconds, w.position
)
SELECT said.member, said.asset, kept.seconds, kept.position,
       said.page IS NOT NULL AND said.percent > 0
         AND kept.seconds * 100 >= said.percent * greatest(floor(said.duration), 1)
         AND NOT EXISTS (SELECT 1 FROM core_completion c
                          WHERE c.member_id = said.member AND c.page_id = said.page)
  FROM kept JOIN said ON said.member = kept.member_id AND said.asset = kept.asset_id
"""  # noqa: S608 - a constant


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
    edition: int = 0,
) -> Merged:
    """Merge one beat: union of seconds, the newest position wins; durable on return.

    ``percent``: how much of the asset has to be watched to complete ``page``; 0 = never so.
    ``edition``: whose seconds they are; those of a former one are moved to what plays now.
    """
    said = Said(member, asset, site, page, ranges, position, at, percent, edition)
    try:
        merged = _with_others(said) or _merge_all([said])[0] or _merge_moved(said)
    except IntegrityError as error:
        raise NothingToWatch(_("This member is no longer here.")) from error
    if merged is None:
        raise NothingToWatch(_("This video is no longer here."))
    return merged


def _merge_moved(said: Said) -> Merged | None:
    """Merge what a player says that still plays what was there before a cut.

    Another cut may come in between, and a row that was new while one went on is moved first.
    """
    for _cut in range(CUTS):
        found = way_to_today(said.asset, said.edition)
        if found is None:
            break
        if merged := _merge_all([_moved(said, *found)])[0]:
            return merged
        catch_up(member=said.member, asset=said.asset)
    return None


def _moved(said: Said, way: TimeMap, today: int) -> Said:
    left = [
        (int(start + 0.5), int(end + 0.5)) for one in said.ranges for start, end in way.span(*one)
    ]
    moved = [(start, end) for start, end in left if start < end]
    return replace(said, ranges=moved, position=way.near(said.position), edition=today)


def _with_others(said: Said) -> Merged | None:
    """Merge a beat with those of other threads; None where it has to go alone.

    One bad beat fails its group: each of them then goes alone, and fails or not by itself.
    What is done inside a transaction belongs to that transaction, hence goes alone too.
    """
    if connection.in_atomic_block:
        return None
    try:
        return _together.do(said)
    except DatabaseError:
        return None


def _merge_group(group: Sequence[Said]) -> list[Merged | None]:
    return _merge_all(group, patience=PATIENCE)


_together: Together[Said, Merged] = Together(_merge_group, key=lambda said: said.key)


def _merge_all(group: Sequence[Said], *, patience: int = 0) -> list[Merged | None]:
    """Run the statement; None stands for whoever's video is gone."""
    values = {
        "member": _array(said.member for said in group),
        "asset": _array(said.asset for said in group),
        "site": _array(said.site for said in group),
        "page": _array(said.page or "NULL" for said in group),
        "watched": _array(_multirange(said.ranges) for said in group),
        "position": _array(said.position for said in group),
        "at": _array(said.at for said in group),
        "percent": _array(said.percent for said in group),
        "edition": _array(said.edition for said in group),
        "patience": str(patience),
    }
    with _prepared_cursor() as cursor:
        cursor.execute(MERGE, values)
        found = {(row[0], row[1]): Merged(*row[2:]) for row in cursor.fetchall()}
    return [found.get(said.key) for said in group]


def _array(values: Iterable[object]) -> str:
    """Write a Postgres array of numbers, or of what is quoted already."""
    return "{" + ",".join(map(str, values)) + "}"


def _multirange(ranges: Iterable[tuple[int, int]]) -> str:
    return '"{' + ",".join(f"[{start},{end})" for start, end in ranges) + '}"'


def _prepared_cursor() -> CursorWrapper:
    """Bind on the server, so that Postgres plans the statement once a connection.

    Django's own cursors write the values into the text, which is planned anew each time: that
    was half of what a beat cost.
    """
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return make(cursor)
