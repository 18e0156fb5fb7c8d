"""Moves what members keep by the seconds of an asset, when a cut changes those."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import connection

from .markdown import render
from .models import Bookmark, Note, Watch

if TYPE_CHECKING:
    from core.media.editing.timemap import TimeMap
    from core.media.models import Asset

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
  watched = coalesce(
    (SELECT range_agg(int4range(round(lower(one))::int, round(upper(one))::int))
       FROM unnest((
         SELECT range_agg(numrange((greatest(lower(r), p.start) - p.start + p.at)::numeric(12, 3),
                                   (least(upper(r), p.stop) - p.start + p.at)::numeric(12, 3)))
           FROM unnest(w.watched) AS r
           JOIN piece p ON greatest(lower(r), p.start) + 0.001 < least(upper(r), p.stop)
       )) AS one),
    '{}'::int4multirange)
 WHERE w.asset_id = %(asset)s
"""

LINK = re.compile(
    r"(?:\[(?P<label>\d{1,3}(?::\d\d){1,2})\]\((?P<before>[^()\s]*?))?"
    r"(?P<mark>[?&#]t=)(?P<second>\d+(?:\.\d+)?)"
)


def move_watches(asset: Asset, way: TimeMap) -> None:
    """Move what was watched and where one stopped; what was completed stays completed."""
    with connection.cursor() as cursor:
        cursor.execute(
            WATCHES,
            {
                "asset": asset.pk,
                "start": [piece.start for piece in way.pieces],
                "end": [piece.end for piece in way.pieces],
                "at": [piece.at for piece in way.pieces],
                "length": min(way.end, asset.duration or way.end),
            },
        )


def move_bookmarks(pages: Collection[int], way: TimeMap) -> None:
    """Move bookmarks; one whose second was cut out goes where the cut closed."""
    rows = list(Bookmark.objects.filter(page__in=pages).exclude(second=None).order_by("second"))
    taken: dict[tuple[int, int], set[int]] = {}
    for row in rows:
        wanted = round(way.near(float(row.second or 0)))
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


def move_notes(pages: Collection[int], way: TimeMap) -> None:
    """Move the seconds that notes link to, and the times their links show."""
    rows = list(Note.objects.select_for_update().filter(page__in=pages, text__contains="t="))
    moved = []
    for row in rows:
        text = LINK.sub(lambda found: _link(found, way), row.text)
        if text != row.text:
            row.text, row.html, row.version = text, render(text), row.version + 1
            moved.append(row)
    Note.objects.bulk_update(moved, ["text", "html", "version"], batch_size=1000)


def _link(found: re.Match[str], way: TimeMap) -> str:
    second = round(way.near(float(found["second"])))
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
