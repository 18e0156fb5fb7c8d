"""Byte ranges and conditions of a request (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

SPEC = re.compile(r"(\d{1,18})?\s*-\s*(\d{1,18})?", re.ASCII)
MOST_RANGES = 16


class Unsatisfiable(Exception):
    """No byte of the file lies in any range that was asked for: 416."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes ``start`` (inclusive) to ``end`` (exclusive)."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


def span_of(headers: Mapping[str, str], *, size: int, etag: str) -> Span | None:
    """Return the one span a request asks for, or None for the whole file.

    Several spans are answered with the whole file, as the standard allows; a header that is
    no range at all is ignored, as it demands.
    """
    value = headers.get("Range", "")
    unit, _, specs = value.partition("=")
    if unit.strip().lower() != "bytes" or not _is_current(headers.get("If-Range", ""), etag):
        return None
    matches = [SPEC.fullmatch(spec.strip()) for spec in specs.split(",")]
    if len(matches) > MOST_RANGES or not all(match and any(match.groups()) for match in matches):
        return None
    pairs = [match.groups() for match in matches if match]
    if any(a and b and int(a) > int(b) for a, b in pairs):
        return None
    spans = [span for a, b in pairs if (span := _span(a, b, size)).size > 0]
    if not spans:
        raise Unsatisfiable
    return spans[0] if len(matches) == 1 else None


def is_unchanged(headers: Mapping[str, str], etag: str) -> bool:
    """Tell whether If-None-Match names this very file: 304."""
    tags = [tag.strip().removeprefix("W/") for tag in headers.get("If-None-Match", "").split(",")]
    return "*" in tags or etag in tags


def _is_current(condition: str, etag: str) -> bool:
    return not condition or condition.strip() == etag


def _span(first: str | None, last: str | None, size: int) -> Span:
    if first is None:
        return Span(max(0, size - int(last or 0)), size)
    return Span(int(first), min(size, int(last) + 1) if last else size)
