"""Seconds as editors write and read them: 1:02.50."""

import re

TIME = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,6})?)")


def seconds_of(text: str) -> float | None:
    """Read 62.5, 1:02.5 or 0:01:02,5; None for nothing, ValueError for what is no time."""
    text = text.strip()
    if not text:
        return None
    found = TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    hours, minutes, seconds = found.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds.replace(",", "."))


def written(seconds: float) -> str:
    """Write seconds with hundredths: 1:02.50."""
    hundredths = round(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 100:02}.{rest % 100:02}"
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"


def clock(seconds: float) -> str:
    """Write seconds as they stand: 1:02, and 1:02.345 where they are no whole ones."""
    whole, milli = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    said = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return f"{said}.{milli:03}" if milli else said
