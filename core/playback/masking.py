"""Keeps the secrets of paths out of every log: whoever reads one may not play, fetch or enter."""

from __future__ import annotations

import re
from typing import Any

DOORS = (  # what stands before a secret in a path; deploy/nginx.conf repeats it, a test compares
    "p",
    "beat",
    "notifications/off",
    "feeds(?:/[a-z]+)?",
    "account/confirm-email",
    "account/password/reset/key",
    "admin/password_reset/confirm/[^/?]+",
)
TOKEN = re.compile(rf"(?P<door>/(?:{'|'.join(DOORS)})/)[^/\s\"'?#<>]{{20,}}")


def masked(text: str) -> str:
    """Return ``text`` with every token of a path replaced by an ellipsis."""
    return TOKEN.sub(r"\g<door>…", text)


def mask_line(_logger: Any, _name: str, line: str) -> str:
    """Mask a rendered line, tracebacks and all (the last of structlog's processors)."""
    return masked(line)
