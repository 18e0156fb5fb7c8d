"""Which workers are there: each says so every few seconds, in Redis, and is forgotten when silent.

Two workers that share their cores are no more than one: what they take from each other, neither
gains. So what counts is how many sets of cores there are, beside how many jobs can run at once.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

SILENT = 20  # seconds after which a worker is gone
TIMEOUT = 1.0


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works on one queue: ``cores`` counts the sets of cores, ``slots`` jobs at one time."""

    cores: int = 0
    slots: int = 0

    @property
    def at_once(self) -> int:
        """How many pieces of one job may run together, so that others' jobs find a place too."""
        return max(self.cores, self.slots - 1, 1)


def announce(queues: Iterable[str], *, worker: str, slots: int) -> None:
    """Say that a worker is there; raises ``redis.RedisError`` where nobody can hear it."""
    said = json.dumps([worker, *_cores(), slots])
    with closing(_connection()) as line:
        moment = line.time()[0]
        for queue in queues:
            line.zadd(key_of(queue), {said: moment})
            line.zremrangebyscore(key_of(queue), "-inf", moment - SILENT)


def crew_of(queue: str) -> Crew:
    """Return who works on a queue now; nobody where Redis is away."""
    try:
        with closing(_connection()) as line:
            said: Any = line.zrangebyscore(key_of(queue), line.time()[0] - SILENT, "+inf")
    except redis.RedisError as error:
        log.warning("crew_unknown", queue=queue, error=str(error))
        return Crew()
    heard = [json.loads(one) for one in said]
    places = {(host, cores) for _worker, host, cores, _slots in heard}
    return Crew(cores=len(places), slots=sum(one[-1] for one in heard))


def own_cores() -> list[int]:
    """Return the cores of this machine that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _cores() -> tuple[str, str]:
    return socket.gethostname(), ",".join(map(str, own_cores()))


def _connection() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
    )


def key_of(queue: str) -> str:
    return f"lectern:crew:{queue}"
