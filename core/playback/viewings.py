"""Viewings come in from the browsers, and are summed up for the editor."""

from __future__ import annotations

import json
import math
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import redis
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.utils.timezone import now

from core.media.models import Asset

from .errors import BadViewing, TooManyViewings
from .models import Viewing
from .tokens import Claims

MAX_BODY = 1024  # bytes
TOLD_A_MINUTE = 60  # by one member about one asset
LONGEST = 48 * 3600.0  # seconds
MOST_MS = int(LONGEST * 1000)
FASTEST = 200_000_000  # bits a second
KEPT = timedelta(days=90)
CODE = re.compile(r"[a-z][a-zA-Z0-9_.-]{0,39}|", re.ASCII)
WAYS = ("", "hls.js", "native")
FIELDS = ("startup_ms", "stalls", "stalled_ms", "bit_rate", "seconds", "way", "error")
# A later word counts more seconds; one that was overtaken on its way changes nothing. A key
# belongs to who named it first.
TAKE = """
INSERT INTO core_viewing (key, asset_id, page_id, member_id, provider, at,
                          startup_ms, stalls, stalled_ms, bit_rate, seconds, way, error)
VALUES (%s, %s, %s, %s, %s, now(), %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (key) DO UPDATE SET
    startup_ms = EXCLUDED.startup_ms, stalls = EXCLUDED.stalls,
    stalled_ms = EXCLUDED.stalled_ms, bit_rate = EXCLUDED.bit_rate,
    seconds = EXCLUDED.seconds, way = EXCLUDED.way,
    error = COALESCE(NULLIF(EXCLUDED.error, ''), core_viewing.error)
WHERE core_viewing.asset_id = EXCLUDED.asset_id
  AND core_viewing.member_id IS NOT DISTINCT FROM EXCLUDED.member_id
  AND core_viewing.seconds <= EXCLUDED.seconds
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What one browser said of one play."""

    key: uuid.UUID
    startup_ms: int | None
    stalls: int
    stalled_ms: int
    bit_rate: int
    seconds: float
    way: str
    error: str


def read(body: bytes) -> Told:
    """Return what a body says, or raise ``BadViewing``; numbers are bounded, words are codes."""
    try:
        raw = json.loads(body)
        startup = raw["startup"]
        told = Told(
            key=uuid.UUID(raw["key"]),
            startup_ms=None if startup is None else _whole(startup, MOST_MS),
            stalls=_whole(raw["stalls"], 100_000),
            stalled_ms=_whole(raw["stalled"], MOST_MS),
            bit_rate=_whole(raw["rate"], FASTEST),
            seconds=_number(raw["seconds"], LONGEST),
            way=_code(raw["way"]),
            error=_code(raw["error"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadViewing from error
    if told.way not in WAYS:
        raise BadViewing
    return told


def _code(raw: Any) -> str:
    if not isinstance(raw, str) or not CODE.fullmatch(raw):
        raise BadViewing
    return raw


def _number(raw: Any, most: float) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not -math.inf < raw < math.inf:
        raise BadViewing
    return float(min(max(raw, 0), most))


def _whole(raw: Any, most: int) -> int:
    return round(_number(raw, most))


def take(claims: Claims, body: bytes) -> None:
    """Keep what a browser told, under the token it played with; one statement."""
    told = read(body)
    _slow_down(claims)
    provider = Asset.objects.filter(pk=claims.asset_id).values_list("provider", flat=True).first()
    if provider is None:
        raise BadViewing
    who = [told.key, claims.asset_id, claims.page_id, claims.member_id, provider]
    with connection.cursor() as cursor:
        try:
            cursor.execute(TAKE, [*who, *(getattr(told, name) for name in FIELDS)])
        except IntegrityError as error:  # the page or the member is gone
            raise BadViewing from error


def _slow_down(claims: Claims) -> None:
    """A player tells a few times; whoever tells more is no player."""
    name = f"viewings:{claims.site_id}:{claims.member_id or claims.began_at}:{claims.asset_id.hex}"
    with suppress(redis.RedisError, ValueError):
        if not cache.add(name, 1, 60) and cache.incr(name) > TOLD_A_MINUTE:
            raise TooManyViewings


def forget_old() -> int:
    """Delete the viewings that nobody looks at any more."""
    return Viewing.objects.filter(at__lt=now() - KEPT).delete()[0]


# --- for the editor -------------------------------------------------------------------------

STEPS = (250, 500, 1000, 2000, 4000)  # ms; the last column holds whatever took longer
LATEST = 2000  # viewings that are looked at
SUMS = """
WITH latest AS (
    SELECT * FROM core_viewing WHERE asset_id = %s ORDER BY at DESC LIMIT %s
)
SELECT count(*), count(*) FILTER (WHERE error <> ''), COALESCE(sum(seconds), 0),
       COALESCE(sum(stalls), 0), COALESCE(sum(stalled_ms), 0),
       COALESCE(sum(bit_rate * seconds) FILTER (WHERE bit_rate > 0)
                / NULLIF(sum(seconds) FILTER (WHERE bit_rate > 0), 0), 0),
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY startup_ms),
       (SELECT array_agg(n ORDER BY step) FROM (
           SELECT step, count(startup_ms) AS n FROM generate_series(0, %s) AS step
           LEFT JOIN latest ON width_bucket(startup_ms, %s::int[]) = step GROUP BY step) AS steps)
FROM latest
"""


@dataclass(frozen=True, slots=True)
class Quality:
    """How an asset's latest viewings went; times in seconds, the rate in bits a second."""

    viewings: int
    failed: int
    seconds: float
    stalls: int
    stalled: float
    bit_rate: float
    median: float | None
    slowest: float | None  # nineteen of twenty began sooner
    starts: tuple[int, ...]  # how many began within each of STEPS, and later

    @property
    def stalls_an_hour(self) -> float:
        return self.stalls / (self.seconds / 3600) if self.seconds else 0.0


def quality_of(asset: Asset) -> Quality:
    """Sum up an asset's latest viewings, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS, [asset.pk, LATEST, len(STEPS), list(STEPS)])
        row = cursor.fetchone()
    viewings, failed, seconds, stalls, stalled, rate, middle, starts = row
    median, slowest = middle or (None, None)
    return Quality(
        viewings=viewings,
        failed=failed,
        seconds=float(seconds),
        stalls=int(stalls),
        stalled=float(stalled) / 1000,
        bit_rate=float(rate),
        median=None if median is None else median / 1000,
        slowest=None if slowest is None else slowest / 1000,
        starts=tuple(starts),
    )
