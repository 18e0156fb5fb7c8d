"""What is read: states of pages, what to continue, roll-ups, curves, notes and bookmarks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    FloatField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Floor, Least, Left, Length
from wagtail.models import Page, Site

from core.access.queries import within
from core.database.statements import statement

from .models import Bookmark, Completion, Note, Watch

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser

    from core.access.queries import Reach
    from core.media.models import Asset
    from core.members.models import Member

BEGUN = (
    *("seconds", "position", "changed_at", "page__title", "page__path", "page__url_path"),
    *(f"asset__{name}" for name in ("duration", "poster", "site", "kind", "playable_at")),
)
TALLY = ("parent_path", "count", "completed", "watched", "duration", "next_path")
STEP = 4  # a level of the page tree, in characters of a path


@dataclass(frozen=True, slots=True)
class Seen:
    """What a player goes on from: half-open ranges of seconds, and the newest position."""

    ranges: tuple[tuple[int, int], ...] = ()
    position: float = 0.0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """How far a member is on a page; times in seconds, ``fraction`` really watched (0..1)."""

    fraction: float = 0.0
    position: float = 0.0
    duration: float = 0.0
    completed_at: datetime | None = None
    seen: Seen = field(default=Seen(), compare=False)  # its ranges only where asked for

    @property
    def is_completed(self) -> bool:
        return self.completed_at is not None

    @property
    def seconds_left(self) -> float:
        return max(self.duration - self.position, 0.0)


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over some lessons; seconds watched and seconds there are."""

    lessons: int = 0
    completed: int = 0
    watched: float = 0.0
    duration: float = 0.0
    next_path: str = ""  # the tree path of the first lesson not completed

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.lessons + other.lessons,
            self.completed + other.completed,
            self.watched + other.watched,
            self.duration + other.duration,
            min(filter(None, (self.next_path, other.next_path)), default=""),
        )

    @property
    def fraction(self) -> float:
        """Completed lessons among all, 0..1."""
        return self.completed / self.lessons if self.lessons else 0.0

    @property
    def seconds_fraction(self) -> float:
        """Seconds really watched among all, 0..1."""
        return min(self.watched / self.duration, 1.0) if self.duration else 0.0

    @property
    def is_completed(self) -> bool:
        return self.lessons > 0 and self.completed == self.lessons


class Rollup(dict[str, Tally]):
    """Tallies by the tree path of the lessons' parents; ``of(page)`` sums what is below a page."""

    def of(self, page: Page) -> Tally:
        below = (tally for path, tally in self.items() if path.startswith(page.path))
        return sum(below, Tally())


@dataclass(frozen=True, slots=True)
class Continue:
    """Something a member has begun; times in seconds."""

    page: Page
    asset: Asset
    position: float
    duration: float
    fraction: float
    changed_at: datetime

    @property
    def seconds_left(self) -> float:
        return max(self.duration - self.position, 0.0)


STATES = """
SELECT p.page_id, w.seconds, w.position, a.duration, c.at, w.position_at,
       CASE WHEN p.page_id = %(ranges_of)s THEN w.watched END
  FROM unnest(%(pages)s::int[], %(assets)s::uuid[]) AS p(page_id, asset_id)
  LEFT JOIN core_completion c ON c.member_id = %(member)s AND c.page_id = p.page_id
  LEFT JOIN LATERAL (
    SELECT w.asset_id, w.seconds, w.position, w.position_at, w.watched FROM core_watch w
     WHERE w.member_id = %(member)s
       AND (w.asset_id = p.asset_id OR (p.asset_id IS NULL AND w.page_id = p.page_id))
     ORDER BY w.changed_at DESC LIMIT 1
  ) w ON true
  LEFT JOIN core_asset a ON a.id = coalesce(p.asset_id, w.asset_id)
"""


def states(
    member: Member,
    page_ids: Iterable[int] | Mapping[int, UUID | None],
    *,
    ranges_of: int | None = None,
) -> dict[int, State]:
    """Return how far ``member`` is on each page, in one query.

    A mapping of page to asset is exact where one asset stands on two pages; plain ids know
    an asset by the page it was last played on. ``ranges_of`` names the one page whose
    watched ranges are wanted too.
    """
    assets = page_ids if isinstance(page_ids, Mapping) else dict.fromkeys(page_ids)
    if not assets or not member.pk:
        return {page: State() for page in assets}
    values: dict[str, Any] = {
        "pages": list(assets),
        "assets": list(assets.values()),
        "member": member.pk,
        "ranges_of": ranges_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(STATES, values)
        return {row[0]: _state(row[1:]) for row in cursor.fetchall()}


def _state(row: tuple[Any, ...]) -> State:
    seconds, position, duration, at, position_at, watched = row
    whole = max(int(duration or 0), 1)
    return State(
        fraction=min((seconds or 0) / whole, 1.0) if duration else 0.0,
        position=position or 0.0,
        duration=duration or 0.0,
        completed_at=at,
        seen=Seen(_pairs(watched), position or 0.0, position_at),
    )


def _pairs(watched: Any) -> tuple[tuple[int, int], ...]:
    return tuple((part.lower, part.upper) for part in watched or ())


def continue_watching(reach: Reach, limit: int = 10) -> list[Continue]:
    """Return what a member has begun and not completed, the latest first, in one query."""
    if reach.member is None:
        return []
    rows = _begun(limit, member=reach.member.pk, site=reach.site.pk, **reach.values)
    return [
        Continue(
            page=row.page,
            asset=row.asset,
            position=row.position,
            duration=row.asset.duration or 0.0,
            fraction=min(row.seconds / max(int(row.asset.duration or 0), 1), 1.0),
            changed_at=row.changed_at,
        )
        for row in rows
    ]


@statement
def _begun(
    limit: int,
    *,
    member: int,
    site: int,
    root: str,
    closed: list[str],
    edited: list[str],
    at: datetime,
) -> QuerySet[Watch]:
    seen = within(root=root, closed=closed, edited=edited, at=at, through="page__")
    done = Completion.objects.filter(member_id=member, page_id=OuterRef("page_id"))
    rows: QuerySet[Watch] = (
        Watch.objects.filter(seen, member_id=member, site_id=site, position__gt=0)
        .filter(asset__duration__gt=0)
        .exclude(Exists(done))
        .order_by("-changed_at", "-pk")
    )
    return rows.select_related("page", "asset").only(*BEGUN)[:limit]


def rollup(member: Member, lessons: QuerySet[Any], *, asset: str = "video") -> Rollup:
    """Tally ``lessons`` (any pages, of one program or of many) by their parents, in one query.

    ``asset`` is the field of these pages that leads to what is watched.
    """
    return rolled_up(tallies(member.pk, lessons, asset=asset))


def rolled_up(rows: Iterable[tuple[Any, ...]]) -> Rollup:
    """Return the rows of ``tallies`` as a roll-up."""
    return Rollup({row[0]: Tally(row[1], row[2], row[3], row[4], row[5] or "") for row in rows})


def tallies(member: Any, lessons: QuerySet[Any], *, asset: str = "video") -> QuerySet[Any, Any]:
    """Return the query behind ``rollup``, for statements: ``member`` may be a slot."""
    whole = Floor(f"{asset}__duration")
    rows: QuerySet[Any, Any] = (
        lessons.order_by()
        .annotate(
            done=FilteredRelation("completions", condition=Q(completions__member=member)),
            seen=FilteredRelation(
                f"{asset}__watches",
                condition=Q(**{f"{asset}__watches__member": member}),
            ),
            parent_path=Left("path", Length("path") - STEP),
        )
        .values("parent_path")
        .annotate(
            count=Count("pk"),
            completed=Count("done"),
            watched=Coalesce(
                Sum(Least(Coalesce("seen__seconds", 0), whole, output_field=FloatField())),
                Value(0.0),
            ),
            duration=Coalesce(Sum(whole), Value(0.0)),
            next_path=Min("path", filter=Q(done__isnull=True)),
        )
    )
    return rows.values_list(*TALLY)


def next_lesson(member: Member, lessons: QuerySet[Any]) -> Any | None:
    """Return the first of ``lessons`` in the tree that ``member`` has not completed."""
    done = Completion.objects.filter(member_id=member.pk, page_id=OuterRef("pk"))
    return lessons.exclude(Exists(done)).order_by("path").first()


CURVE = """
WITH step AS (
  SELECT greatest(ceil(floor(a.duration) / %(buckets)s), 1)::int AS wide,
         greatest(floor(a.duration), 1)::int AS whole
    FROM core_asset a WHERE a.id = %(asset)s AND a.duration > 0
), seen AS (  -- each member once a bucket
  SELECT unnest(range_agg(int4range(lower(r) / wide, (upper(r) - 1) / wide + 1))) AS buckets
    FROM core_watch w, step, unnest(w.watched) AS r
   WHERE w.asset_id = %(asset)s GROUP BY w.id
), change AS (
  SELECT lower(buckets) AS bucket, 1 AS by FROM seen
  UNION ALL SELECT upper(buckets), -1 FROM seen
  UNION ALL SELECT generate_series(0, (whole - 1) / wide), 0 FROM step
)
SELECT bucket * wide, (sum(sum(by)) OVER (ORDER BY bucket))::int
  FROM change, step GROUP BY bucket, wide, whole
 HAVING bucket * wide < whole ORDER BY bucket
"""


def engagement(asset: Asset, *, buckets: int = 100) -> list[tuple[int, int]]:
    """Return ``(second, members who watched there)`` along ``asset``, counted in Postgres."""
    with connection.cursor() as cursor:
        cursor.execute(CURVE, {"asset": asset.pk, "buckets": buckets})
        return [(second, count) for second, count in cursor.fetchall()]


def seen_of(member: Member | AnonymousUser, asset: Asset) -> Seen:
    """Return what ``member`` watched of ``asset``, and where they stopped."""
    watch = Watch.objects.filter(member_id=member.pk, asset=asset).first() if member.pk else None
    if watch is None:
        return Seen()
    return Seen(_pairs(watch.watched), watch.position, watch.position_at)


def note_of(member: Member, page: Page) -> Note | None:
    """Return the member's own note on ``page``."""
    return _note.one(member=member.pk, page=page.pk)


@statement
def _note(*, member: int, page: int) -> QuerySet[Note]:
    return Note.objects.filter(member=member, page=page)


def bookmarks_of(member: Member, page: Page) -> list[Bookmark]:
    """Return the member's own marks on ``page``: the page itself first, then by the second."""
    return _bookmarks(member=member.pk, page=page.pk)


@statement
def _bookmarks(*, member: int, page: int) -> QuerySet[Bookmark]:
    mine = Bookmark.objects.filter(member=member, page=page)
    return mine.order_by(F("second").asc(nulls_first=True))


def notes_as_markdown(member: Member, site: Site) -> str:
    """Return all the member's notes of a site as one Markdown text, in the tree's order."""
    notes = (
        Note.objects.filter(member_id=member.pk, page__path__startswith=site.root_page.path)
        .exclude(text="")
        .select_related("page")
        .order_by("page__path")
    )
    return "\n\n".join(f"# {note.page.title}\n\n{note.text.strip()}" for note in notes) + (
        "\n" if notes else ""
    )
