"""Keeps what plugins did wrong: the breaker of this process, and a board all processes share."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

from .breaker import LONGEST_REST
from .loading import registry

log = logging.getLogger(__name__)

BOARD = "lectern.failures.{}"  # plugin


@dataclass(frozen=True, slots=True)
class Report:
    """An open breaker, as Features shows it."""

    hook: str
    reason: str
    at: float  # seconds since the epoch
    process: int


def failed(plugin: str, hook: str, error: Exception) -> None:
    """Note a failure; when it opens the breaker, put it on the board."""
    reason = f"{type(error).__name__}: {error}"
    if registry.breaker.failed(plugin, hook, reason):
        log.error("plugin %s is left alone in %s for a while: %s", plugin, hook, reason)
        _change(plugin, {hook: [reason, time.time(), os.getpid()]})


def succeeded(plugin: str, hook: str) -> None:
    """Note a success; when it closes the breaker, take it off the board."""
    if registry.breaker.succeeded(plugin, hook):
        _change(plugin, {hook: None})


def board(plugin: str) -> list[Report]:
    """Return the breakers that any process has opened lately for a plugin."""
    return [Report(hook, *row) for hook, row in sorted(_rows(plugin).items())]


def clear(plugin: str) -> None:
    """Ask a plugin again at once: in this process now, in others after their rest."""
    registry.breaker.reset(plugin)
    _change(plugin, dict.fromkeys(_rows(plugin)))


def _change(plugin: str, rows: dict[str, Any]) -> None:
    kept = {hook: row for hook, row in (_rows(plugin) | rows).items() if row}
    try:
        cache.set(BOARD.format(plugin), kept, timeout=LONGEST_REST)
    except RedisError:
        log.warning("breakers: Redis is away, Features shows this process alone")


def _rows(plugin: str) -> dict[str, Any]:
    try:
        return cache.get(BOARD.format(plugin)) or {}
    except RedisError:
        return {}
