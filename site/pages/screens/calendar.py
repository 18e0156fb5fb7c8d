"""An event as a calendar entry (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import add_never_cache_headers
from django.utils.timezone import now

from core.access.queries import visible

from ..cards import address
from ..models import Event
from ..shell import shell_of

LINE = 70  # octets a line holds; RFC 5545 allows 75


def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with one event, to whoever may see its page."""
    frame = shell_of(request)
    event = get_object_or_404(Event.objects.filter(visible(request.user, frame.site)), pk=pk)
    lines = "\r\n".join(folded(line) for line in entry(event, frame.origin + address(event, frame)))
    response = HttpResponse(f"{lines}\r\n", content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    add_never_cache_headers(response)
    return response


def entry(event: Event, url: str) -> list[str]:
    """Return the lines of a calendar with one entry."""
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Lectern//EN",
        "BEGIN:VEVENT",
        f"UID:{event.translation_key}@lectern",
        f"DTSTAMP:{_utc(now())}",
        f"DTSTART:{_utc(event.starts_at)}",
        f"DTEND:{_utc(event.ends_at)}",
        f"SUMMARY:{_text(event.title)}",
        f"DESCRIPTION:{_text(event.summary)}",
        f"URL:{url}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def folded(line: str) -> str:
    """Fold a long line, as the format asks, without cutting a character in two."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > LINE:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    for letter, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\r", "")):
        words = words.replace(letter, written)
    return words
