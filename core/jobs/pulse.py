"""A worker process's sign of life: a lock that a database session of its own holds while it lives.

When a process is killed, the kernel closes its connections, PostgreSQL ends the session, and the
lock is free at once: the sweeper sees it within a tick, however long the lease. Where a pool of
connections stands in between (PgBouncer), a session outlives whoever used it: then nothing is
held, and leases alone tell.
"""

from __future__ import annotations

import secrets
import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import structlog
from django.db import connection

log = structlog.get_logger(__name__)

COMES_BACK = timedelta(seconds=10)
ASK_AGAIN = 5.0  # seconds after a session was not to be had
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10}
HELD = """
SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass
class Pulse:
    """One process's session and the number of the lock it holds."""

    is_wanted: bool = False  # only a worker's processes hold one
    number: int | None = None
    session: psycopg.Connection | None = None
    ask_at: float = 0.0
    clock: Callable[[], float] = time.monotonic

    def begin(self) -> None:
        """From now on this process shows that it lives."""
        self.is_wanted = True

    def beat(self) -> int | None:
        """Return the number that is held, a new one where the session broke; None without any."""
        if self.is_wanted and not self._is_held() and self.clock() >= self.ask_at:
            self.end()
            self._hold()
        return self.number

    def end(self) -> None:
        """Let go of the lock."""
        if self.session is not None:
            self.session.close()
        self.session = self.number = None

    def _is_held(self) -> bool:
        """Tell it without asking the server: a session that broke has something to read."""
        if self.session is None or self.session.closed:
            return False
        poll = select.poll()
        poll.register(self.session.fileno(), select.POLLIN)
        return not poll.poll(0)

    def _hold(self) -> None:
        number = secrets.randbits(62)  # a new session, a new number: the old one may linger
        try:
            self.session = psycopg.connect(
                **connection.get_connection_params() | KEEPALIVE, autocommit=True
            )
            if not _is_its_own(self.session):
                raise psycopg.OperationalError("a pool of connections stands in between")
            self.session.execute("SET idle_session_timeout = 0")
            self.session.execute("SELECT pg_advisory_lock(%s)", [number])
        except psycopg.Error as error:
            log.warning("no_sign_of_life", reason=str(error).strip())
            self.end()
            self.ask_at = self.clock() + ASK_AGAIN
        else:
            self.number = number


def _is_its_own(session: psycopg.Connection) -> bool:
    """Tell a server's session from a pool's: a pool names a process that is not the server's."""
    found = session.execute("SELECT pg_backend_pid()").fetchone()
    return found is not None and found[0] == session.info.backend_pid


def can_tell() -> bool:
    """Tell whether those who live have had time to come back since the server started."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - pg_postmaster_start_time()")
        return bool(cursor.fetchone()[0] > COMES_BACK)


def held() -> set[int]:
    """Return the numbers of all who live."""
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        return {number for (number,) in cursor.fetchall()}


OWN = Pulse()
