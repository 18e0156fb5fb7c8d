"""Messages that come three times, a database that goes: the row is the truth."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import close_old_connections, connection

from config.embedded.ports import free_port
from config.embedded.valkey import Valkey
from core.jobs import bell
from core.jobs.models import Job
from tests.conftest import _server_do
from tests.drills.crew import Crew, crew
from tests.drills.test_kill import own_database

__all__ = ["own_database"]
PATIENCE = 150  # seconds
PAUSE = threading.Event()  # never set: it only spaces the looks
DOORS = """
import os
from datetime import timedelta
from pathlib import Path
from django.db import connection
from core.contract import Manifest, hookimpl
from core.contract.pieces import Door

manifest = Manifest(name="drill_doors", version="1", contract=1, summary="Does what drills count.")
LEASE = timedelta(seconds=4)

def effect(claim):
    with claim.fenced(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO drill_effect SELECT %s FROM pg_sleep(0.05)", [claim.job.pk])
        claim.succeed()

def poison(claim):
    with Path({ledger!r}).open("a") as ledger:
        ledger.write(f"{{claim.job.attempt}} ")
    os.kill(os.getpid(), 9)

@hookimpl
def jobs():
    return [Door("drill.effect", effect, lease=LEASE), Door("drill.poison", poison, lease=LEASE)]
"""


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "redis", free_port(), "drill", tmp_path / "redis.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def hands(own_database: str, redis: Valkey, tmp_path: Path) -> Iterator[Crew]:
    """A worker that knows the drill's doors, and a table that counts what they did."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE drill_effect (job bigint)")
    own = tmp_path / "crew"
    info = own / "drill_doors-1.dist-info"
    info.mkdir(parents=True)
    (own / "drill_doors.py").write_text(DOORS.format(ledger=str(tmp_path / "poison")))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: drill-doors\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[lectern.plugins]\ndrill_doors=drill_doors\n")
    parts = connection.get_connection_params()
    host = f"{parts['user']}:{parts['password']}@{parts['host']}:{parts['port']}"
    with crew(own, f"postgres://{host}/{own_database}", redis.url()) as hired:
        hired.start()
        yield hired


def ordered(count: int, kind: str = "drill.effect") -> list[int]:
    jobs = [Job(kind=kind, queue="default", max_attempts=3) for _ in range(count)]
    return [job.pk for job in Job.objects.bulk_create(jobs)]


def effects() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT job FROM drill_effect ORDER BY job")
        return [job for (job,) in cursor.fetchall()]


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.drill)])
def test_a_message_that_comes_three_times_works_once(count, hands, capsys):
    jobs = ordered(count)
    for job in jobs * 3:
        bell.ring(job, "default")
    until(lambda: not unfinished(jobs), "all are done")
    assert effects() == sorted(jobs)
    attempts = Job.objects.filter(pk__in=jobs).values_list("attempt", flat=True)
    assert set(attempts) == {1}
    with capsys.disabled():
        print(f"\n{3 * count} messages of {count} jobs: {len(effects())} effects")


@pytest.mark.parametrize(
    ("count", "cuts"), [(20, 1), pytest.param(100, 5, marks=pytest.mark.drill)]
)
def test_a_lost_database_loses_nothing(count, cuts, hands, own_database, capsys):
    jobs = ordered(count)
    for job in jobs:
        bell.ring(job, "default")
    begin = time.monotonic()
    for number in range(cuts):
        least = (number + 0.5) / cuts * 0.9 * count
        until(lambda least=least: count - unfinished(jobs) >= least, f"{least:.0f} are done")
        cut(own_database)
    until(lambda: not unfinished(jobs), "all are done")
    assert effects() == sorted(jobs)
    with capsys.disabled():
        print(
            f"\n{count} jobs, database gone {cuts}×: {len(set(effects()))} effects, 0 twice, "
            f"{time.monotonic() - begin:.0f} s"
        )


@pytest.mark.parametrize(
    ("count", "wipes"), [(20, 1), pytest.param(100, 10, marks=pytest.mark.drill)]
)
def test_a_wiped_redis_loses_nothing(count, wipes, hands, redis, capsys):
    """Killed and begun anew without a memory; a worker that it left deaf ends by itself."""
    jobs = ordered(count)
    for job in jobs:
        bell.ring(job, "default")
    begin = time.monotonic()
    anew = 0
    for number in range(wipes):
        least = (number + 0.5) / wipes * 0.9 * count
        anew += until_kept(
            hands, lambda least=least: count - unfinished(jobs) >= least, f"{least:.0f} are done"
        )
        wipe(redis)
    anew += until_kept(hands, lambda: not unfinished(jobs), "all are done")
    assert effects() == sorted(jobs)
    with capsys.disabled():
        print(
            f"\n{count} jobs, Redis wiped {wipes}×: {len(set(effects()))} effects, 0 twice, "
            f"{anew} deaf workers begun anew, {time.monotonic() - begin:.0f} s"
        )


def wipe(redis: Valkey) -> None:
    assert redis.child is not None
    redis.child.kill()
    redis.child.wait()
    shutil.rmtree(redis.folder)
    redis.start()


def until_kept(hands: Crew, condition: Callable[[], bool], what: str) -> int:
    """Wait as ``until`` does, and start the worker anew when it ends, as a supervisor would."""
    ended = 0

    def looked() -> bool:
        nonlocal ended
        if hands.process is not None and hands.process.poll() is not None:
            ended += 1
            hands.start()
        return condition()

    until(looked, what)
    return ended


def test_a_poisoned_job_ends_after_three_attempts(hands, tmp_path, capsys):
    (job,) = ordered(1, "drill.poison")
    (healthy,) = ordered(1)
    bell.ring(job, "default")
    bell.ring(healthy, "default")
    until(lambda: not unfinished([job, healthy]), "both have ended")
    row = Job.objects.get(pk=job)
    assert (row.state, row.attempt) == (Job.State.FAILED, 3)
    assert "stopped 3 times" in row.error
    assert (tmp_path / "poison").read_text().split() == ["1", "2", "3"]
    assert effects() == [healthy]
    with capsys.disabled():
        print("\na poisoned job: 3 attempts, then failed in plain words; its neighbour was done")


def cut(database: str) -> None:
    """Take the database away as a restart does: everybody is cut off, and nobody gets in."""
    connection.close()
    _server_do("ALTER DATABASE {} ALLOW_CONNECTIONS false", database)
    with_everybody_out(database)
    PAUSE.wait(2)
    _server_do("ALTER DATABASE {} ALLOW_CONNECTIONS true", database)
    close_old_connections()


def with_everybody_out(database: str) -> None:
    parts: dict[str, Any] = {**connection.get_connection_params(), "dbname": "postgres"}
    server = connection.Database.connect(**{name: parts[name] for name in PLACE})
    server.autocommit = True
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database]
    )
    server.close()


PLACE = ("host", "port", "user", "password", "dbname")


def unfinished(jobs: list[int]) -> int:
    return Job.objects.filter(pk__in=jobs, state__in=Job.ACTIVE).count()


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s in vain until {what}"
        PAUSE.wait(0.1)
