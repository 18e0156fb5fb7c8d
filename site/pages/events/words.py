"""Times as they are written to people; the zone is whatever is current."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone_name, localtime


def when(at: datetime) -> str:
    """Return "Tuesday, 3 November, 18:00 (Europe/Berlin)"."""
    local = localtime(at)
    zone = get_current_timezone_name().replace("_", " ")
    return f"{date_format(local, 'l, j F')}, {date_format(local, 'H:i')} ({zone})"


def clock(at: datetime) -> str:
    """Return "18:00"."""
    return date_format(localtime(at), "H:i")
