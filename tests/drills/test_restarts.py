"""Messages that come three times, a database or a Redis that goes: the row is the truth."""

from __future__ import annotations

import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from config.embedded.ports import free_port
from config.embedded.postgres import USER, Postgres, PostgresError, binaries
from config.embedded.valkey import Valkey
from core.jobs import bell
from core.jobs.models import Job
from tests.conftest import _migrated_template
from tests.drills.crew import PAUSE, Crew, crew
from tests.drills.web import Web
from tests.stack import _url_of

ONE = timedelta(minutes=1)
DOORS = """
import os
import time
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

def patient(claim):
    while not Path({let_go!r}).exists():
        claim.progress(0.5)
        time.sleep(0.05)
    effect(claim)

def poison(claim):
    with Path({ledger!r}).open("a") as ledger:
        ledger.write(f"{{claim.job.attempt}} ")
    os.kill(os.getpid(), 9)

@hookimpl
def jobs():
    return [
        Door("drill.effect", effect, lease=LEASE),
        Door("drill.poison", poison, lease=LEASE),
        Door("drill.patient", patient, lease=timedelta(minutes=1)),
    ]
"""


@pytest.fixture
def server(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Postgres]:
    """A PostgreSQL of the drill's own, filled like the shared one, that may be stopped."""
    own = Postgres(tmp_path / "postgres", free_port(), "drill", tmp_path / "postgres.log")
    own.start()
    own.ensure_database("drill")
    with django_db_blocker.unblock():
        copied(_url_of(_migrated_template()), own.url("drill"))
        with pointed_at(own):
            yield own
    own.stop()


def copied(source: str, target: str) -> None:
    dump = [binaries() / "pg_dump", "--no-owner", "--dbname", source]
    whole = subprocess.run(dump, capture_output=True, check=True).stdout
    fill = [binaries() / "psql", "-qX", "-v", "ON_ERROR_STOP=1", target]
    subprocess.run(fill, input=whole, capture_output=True, check=True)


@contextmanager
def pointed_at(server: Postgres) -> Iterator[None]:
    """Let this process ask that server."""
    names = ("HOST", "PORT", "USER", "PASSWORD", "NAME")
    before = {name: connection.settings_dict[name] for name in names}
    place = ("127.0.0.1", server.port, USER, server.password, "drill")
    connection.close()
    connection.settings_dict.update(zip(names, place, strict=True))
    yield
    connection.close()
    connection.settings_dict.update(before)


@pytest.fixture
def hands(own_database: str, redis: Valkey, tmp_path: Path) -> Iterator[Crew]:
    with able(tmp_path, own_database, redis) as hired:
        yield hired


@contextmanager
def able(folder: Path, database: str, redis: Valkey) -> Iterator[Crew]:
    """A worker that knows the drill's doors, and a table that counts what they did."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE drill_effect (job bigint)")
    own = folder / "crew"
    info = own / "drill_doors-1.dist-info"
    info.mkdir(parents=True)
    (own / "drill_doors.py").write_text(
        DOORS.format(ledger=str(folder / "poison"), let_go=str(folder / "go"))
    )
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: drill-doors\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[lectern.plugins]\ndrill_doors=drill_doors\n")
    with crew(own, database, redis.url()) as hired:
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
    hands.until(lambda: not unfinished(jobs), "all are done")
    assert effects() == sorted(jobs)
    attempts = Job.objects.filter(pk__in=jobs).values_list("attempt", flat=True)
    assert set(attempts) == {1}
    with capsys.disabled():
        print(f"\n{3 * count} messages of {count} jobs: {len(effects())} effects")


@pytest.mark.parametrize(
    ("count", "restarts"), [(20, 2), pytest.param(100, 5, marks=pytest.mark.drill)]
)
def test_a_database_that_restarts_loses_nothing(count, restarts, server, redis, tmp_path, capsys):
    """Stopped at once and killed in turns; worker, scheduler and web find it again."""
    web = Web(tmp_path / "web", server.url("drill"), redis.url(1), free_port())
    with able(tmp_path, server.url("drill"), redis) as hands:
        try:
            web.start()
            long = Job.objects.filter(pk__in=ordered(1, "drill.patient"))
            bell.ring(long.get().pk, "default")
            hands.until(lambda: long.get().progress > 0, "the long one is under way")
            jobs = ordered(count)
            for job in jobs:
                bell.ring(job, "default")
            begin = time.monotonic()
            for number in range(restarts):
                least = (number + 0.5) / restarts * 0.9 * count
                hands.until(
                    lambda least=least: count - unfinished(jobs) >= least, f"{least:.0f} are done"
                )
                restart(server, kills=number % 2 == 1)
                hands.until(lambda: is_ready(web), "the web is ready again")
            hands.until(lambda: not unfinished(jobs), "all are done")
            since = now()
            hands.until(lambda: long.get().lease_until > since + ONE, "the long one goes on")
            (tmp_path / "go").touch()
            hands.until(lambda: not unfinished([long.get().pk]), "the long one is done")
            assert long.get().attempt == 1
            assert effects() == sorted([*jobs, long.get().pk])
        finally:
            web.stop()
    with capsys.disabled():
        print(
            f"\n{count} jobs and a long one, PostgreSQL restarted {restarts}×:"
            f" {len(set(effects()))} effects, 0 twice, {time.monotonic() - begin:.0f} s"
        )


def restart(server: Postgres, *, kills: bool) -> None:
    """Stop the server as an operator does, or kill it as a power cut does; start it again."""
    connection.close()
    if kills:
        assert server.child is not None
        server.child.kill()
        server.child.wait()
    else:
        server.stop()
    begin = time.monotonic()
    while True:
        try:
            server.start()
        except PostgresError:  # what the killed one left behind still holds its memory
            assert time.monotonic() - begin < 60
            PAUSE.wait(0.2)
        else:
            return


def is_ready(web: Web) -> bool:
    try:
        with urllib.request.urlopen(f"{web.url}/readyz", timeout=10) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.mark.parametrize(
    ("count", "wipes"), [(20, 1), pytest.param(100, 10, marks=pytest.mark.drill)]
)
def test_a_wiped_redis_loses_nothing(count, wipes, hands, redis, capsys):
    """Killed and begun anew without a memory; a worker that it left deaf ends by itself."""
    jobs = ordered(count)
    for job in jobs:
        bell.ring(job, "default")
    begin = time.monotonic()
    for number in range(wipes):
        least = (number + 0.5) / wipes * 0.9 * count
        hands.until(lambda least=least: count - unfinished(jobs) >= least, f"{least:.0f} are done")
        wipe(redis)
    hands.until(lambda: not unfinished(jobs), "all are done")
    assert effects() == sorted(jobs)
    with capsys.disabled():
        print(
            f"\n{count} jobs, Redis wiped {wipes}×: {len(set(effects()))} effects, 0 twice, "
            f"{hands.ended} deaf workers begun anew, {time.monotonic() - begin:.0f} s"
        )


def wipe(redis: Valkey) -> None:
    assert redis.child is not None
    redis.child.kill()
    redis.child.wait()
    shutil.rmtree(redis.folder)
    redis.start()


def test_a_poisoned_job_ends_after_three_attempts(hands, tmp_path, capsys):
    (job,) = ordered(1, "drill.poison")
    (healthy,) = ordered(1)
    bell.ring(job, "default")
    bell.ring(healthy, "default")
    hands.until(lambda: not unfinished([job, healthy]), "both have ended")
    row = Job.objects.get(pk=job)
    assert (row.state, row.attempt) == (Job.State.FAILED, 3)
    assert "stopped 3 times" in row.error
    assert (tmp_path / "poison").read_text().split() == ["1", "2", "3"]
    assert effects() == [healthy]
    with capsys.disabled():
        print("\na poisoned job: 3 attempts, then failed in plain words; its neighbour was done")


def unfinished(jobs: list[int]) -> int:
    return Job.objects.filter(pk__in=jobs, state__in=Job.ACTIVE).count()
