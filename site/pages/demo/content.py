"""The demo's words, read from two TOML files."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def program() -> dict[str, Any]:
    """The program with its modules and lessons."""
    return tomllib.loads((HERE / "program.toml").read_text("utf-8"))


@cache
def rest() -> dict[str, Any]:
    """Home, podcast, coaching, help and plain pages."""
    return tomllib.loads((HERE / "rest.toml").read_text("utf-8"))
