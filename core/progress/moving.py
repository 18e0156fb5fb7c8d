"""Moves what members keep by the seconds of an asset, when a cut changes those."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import connection

from core.media.editing.queries import way_to_today

from .markdown import render
from .models import Bookmark, Note, Watch

if TYPE_CHECKING:
    from uuid import UUID

    from core.media.editing.passage import Passage, Waiting
    from core.media.editing.timemap import TimeMap
    from core.media.models import Asset

BOOKMARK, LINK_OF_NOTE, WATCHED = "bookmark", "link", "watched"  # what waits for its second

# A watched range is cut by the pieces, moved, joined over what closed, and rounded at the end:
# half a second more or less, never a second lost at each join.
WATCHES = """
WITH piece AS (
  SELECT * FROM unnest(%(start)s::float8[], %(end)s::float8[], %(at)s::float8[])
             AS p (start, stop, at)
)
UPDATE core_watch w SET
  position = coalesce(
    (SELECT w.position - p.start + p.at FROM piece p
      WHERE p.start <= w.position AND w.position < p.stop LIMIT 1),
    (SELECT min(p.at) FROM piece p WHERE p.start >= w.position),
    %(length)s),
  edition = %(edition)s,
  watched = coalesce(
    (SELECT range_agg(int4range(round(lower(one))::int, round(upper(one))::int))
       FROM unnest((
         SELECT range_agg(numrange((greatest(lower(r), p.start) - p.start + p.at)::numeric(12, 3),
                                   (least(upper(r), p.stop) - p.start + p.at)::numeric(12, 3)))
           FROM unnest(w.watched) AS r
           JOIN piece p ON greatest(lower(r), p.start) + 0.001 < least(upper(r), p.stop)
       )) AS one),
    '{}'::int4multirange)
 WHERE w.asset_id = %(asset)s AND coalesce(w.edition, %(unnoted)s) = %(former)s
"""

# What has no place is kept by a row a range; what has one again is merged by union.
UNPLAYED = """
SELECT w.id, lower(one), upper(one) FROM core_watch w
  CROSS JOIN LATERAL unnest(w.watched - (
    SELECT coalesce(range_agg(int4range(round(start)::int, round(stop)::int)), '{}')
      FROM unnest(%(start)s::float8[], %(end)s::float8[]) AS p (start, stop))) AS one
 WHERE w.asset_id = %(asset)s AND coalesce(w.edition, %(unnoted)s) = %(former)s
"""
REPLAYED = """
UPDATE core_watch w SET watched = w.watched + again.seconds
  FROM (SELECT id, range_agg(int4range(start, stop)) AS seconds
          FROM unnest(%(ids)s::int8[], %(start)s::int4[], %(end)s::int4[]) AS n (id, start, stop)
         GROUP BY id) AS again
 WHERE w.id = again.id
"""

LINK = re.compile(
    r"(?:\[(?P<label>\d{1,3}(?::\d\d){1,2})\]\((?P<before>[^()\s]*?))?"
    r"(?P<mark>[?&#]t=)(?P<second>\d+(?:\.\d+)?)"
)


def move_watches(asset: Asset, way: Passage) -> None:
    """Move what was watched and where one stopped; what was completed stays completed.

    Seconds that were watched and do not play count again once they do.
    """
    former = way.edition.number
    pieces = {**_pieces(asset, way), "former": former, "unnoted": former, "edition": asset.edition}
    with connection.cursor() as cursor:
        cursor.execute(UNPLAYED, pieces)
        for watch, start, stop in cursor.fetchall():
            way.drop(WATCHED, start, watch=watch, until=stop)
        cursor.execute(WATCHES, pieces)
        cursor.execute(REPLAYED, _replayed(way))


def catch_up(*, member: int, asset: UUID) -> None:
    """Move what was written while a cut went on, which that one therefore did not see."""
    row = Watch.objects.filter(member=member, asset=asset).select_related("asset").first()
    if row is None or row.edition is None:
        return
    found = way_to_today(asset, row.edition)
    if found is None or found[1] == row.edition:
        return
    way, today = found
    late = {"former": row.edition, "unnoted": today, "edition": today}
    with connection.cursor() as cursor:
        cursor.execute(WATCHES, {**_pieces(row.asset, way), **late})


def _pieces(asset: Asset, way: TimeMap) -> dict[str, Any]:
    return {
        "asset": asset.pk,
        "start": [piece.start for piece in way.pieces],
        "end": [piece.end for piece in way.pieces],
        "at": [piece.at for piece in way.pieces],
        "length": min(way.end, asset.duration or way.end),
    }


def _replayed(way: Passage) -> dict[str, list[int]]:
    spans = [
        (one.facts["watch"], round(start), round(stop))
        for one in way.returning(WATCHED)
        for start, stop in one.now.span(one.second, one.facts["until"])
    ]
    ids, starts, ends = zip(*spans, strict=True) if spans else ((), (), ())
    return {"ids": list(ids), "start": list(starts), "end": list(ends)}


def move_bookmarks(pages: Collection[int], way: Passage) -> None:
    """Move bookmarks; one whose second was cut out waits where the cut closed."""
    rows = list(Bookmark.objects.filter(page__in=pages).exclude(second=None).order_by("second"))
    newest_first = reversed(list(way.returning(BOOKMARK)))
    back = {one.facts["bookmark"]: one.at for one in newest_first}  # the oldest knows best
    taken: dict[tuple[int, int], set[int]] = {}
    for row in rows:
        second = float(row.second or 0)
        if way.at(second) is None:
            way.drop(BOOKMARK, second, bookmark=row.pk)
        wanted = round(back[row.pk] if row.pk in back else way.near(second))
        seconds = taken.setdefault((row.member_id, row.page_id), set())
        while wanted in seconds:  # two marks met: both stay, side by side
            wanted += 1
        seconds.add(wanted)
        row.second = wanted
    moved = [row for row in rows if row.second is not None]
    if not moved:
        return
    values: dict[str, Any] = {
        "ids": [row.pk for row in moved],
        "seconds": [row.second for row in moved],
    }
    with connection.cursor() as cursor:  # the constraint is checked row by row: make room first
        cursor.execute(
            "UPDATE core_bookmark SET second = second + 1000000 WHERE id = ANY(%(ids)s)", values
        )
        cursor.execute(
            "UPDATE core_bookmark b SET second = n.second"
            "  FROM unnest(%(ids)s::int8[], %(seconds)s::int4[]) AS n (id, second)"
            " WHERE b.id = n.id",
            values,
        )


def move_notes(pages: Collection[int], way: Passage) -> None:
    """Move the seconds that notes link to, and the times their links show."""
    rows = list(Note.objects.select_for_update().filter(page__in=pages, text__contains="t="))
    back: dict[int, list[Waiting]] = {}
    for one in way.returning(LINK_OF_NOTE):
        back.setdefault(one.facts["note"], []).append(one)
    moved = []
    for row in rows:
        text = _linked(row, way, back.get(row.pk, []))
        if text != row.text:
            row.text, row.html, row.version = text, render(text), row.version + 1
            moved.append(row)
    Note.objects.bulk_update(moved, ["text", "html", "version"], batch_size=1000)


def _linked(note: Note, way: Passage, back: list[Waiting]) -> str:
    """Return a note's text with its links moved; a second without a place waits to come back."""
    links = list(LINK.finditer(note.text))
    seconds = [float(found["second"]) for found in links]
    placed = _placed(seconds, back)
    for number, second in enumerate(seconds):
        if way.at(second) is None:
            way.drop(LINK_OF_NOTE, second, note=note.pk, link=number)
    places = iter([round(placed.get(n, way.near(second))) for n, second in enumerate(seconds)])
    return LINK.sub(lambda found: _link(found, next(places)), note.text)


def _placed(seconds: list[float], back: list[Waiting]) -> dict[int, float]:
    """Return which links come back, and where to: by their number, else by their second."""
    placed: dict[int, float] = {}
    written = []  # notes that were written on since: the links are counted otherwise now
    for one in back:
        number, stands = one.facts["link"], round(one.stood.near(one.second))
        if number < len(seconds) and seconds[number] == stands:
            placed.setdefault(number, one.at)
        else:
            written.append((one, stands))
    for one, stands in written:
        free = (n for n, at in enumerate(seconds) if at == stands and n not in placed)
        if (number := next(free, -1)) >= 0:
            placed[number] = one.at
    return placed


def _link(found: re.Match[str], second: int) -> str:
    link = f"{found['mark']}{second}"
    if found["label"] is None:
        return link
    label = clock(second) if _seconds(found["label"]) == int(float(found["second"])) else ""
    return f"[{label or found['label']}]({found['before']}{link}"


def _seconds(label: str) -> int:
    whole = 0
    for part in label.split(":"):
        whole = whole * 60 + int(part)
    return whole


def clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def count_watches(asset: Any) -> int:
    return Watch.objects.filter(asset=asset).count()


def count_bookmarks(pages: Collection[int]) -> int:
    return Bookmark.objects.filter(page__in=pages).exclude(second=None).count()


def count_notes(pages: Collection[int]) -> int:
    return Note.objects.filter(page__in=pages, text__contains="t=").count()
