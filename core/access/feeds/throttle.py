"""Slows down whoever tries tokens; a guess among 2^128 is hopeless, and need not be cheap."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import redis
from django.core.cache import cache

from .errors import TooManyTries

TRIES, SECONDS = 20, 60


def miss(address: str) -> None:
    """Remember one wrong token; raise ``TooManyTries`` where a minute has seen too many."""
    with suppress(redis.RedisError):  # without a memory the tokens are as long as before
        name = _name(address)
        if cache.get(name, 0) >= TRIES:
            raise TooManyTries(SECONDS)
        if not cache.add(name, 1, SECONDS):
            with suppress(ValueError):  # it ran out in between
                cache.incr(name)


def _name(address: str) -> str:
    return "feed-tries:" + hashlib.sha256(address.encode()).hexdigest()[:32]
