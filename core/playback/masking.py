"""Keeps playback tokens out of every log: whoever reads a log may not play."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any

TOKEN = re.compile(r"(?P<door>/(?:p|beat)/)[^/\s\"'?#]{20,}")
SHOWN = r"\g<door>…"


def masked(text: str) -> str:
    """Return ``text`` with every playback token replaced by an ellipsis."""
    return TOKEN.sub(SHOWN, text)


def mask_event(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Any:
    """Mask what structlog is about to write (a processor)."""
    return {name: _deep(value) for name, value in event.items()}


class MaskTokens(logging.Filter):
    """Mask a record of the standard library's logging: its message and its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _deep(record.msg)
        record.args = _deep(record.args)
        return True


def _deep(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {name: _deep(part) for name, part in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return type(value)(_deep(part) for part in value)
    return value
