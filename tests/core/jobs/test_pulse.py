"""Whoever dies is missed at once; whoever lives keeps the job; behind a pool the lease tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from socket import create_connection, create_server, socket

import pytest
from django.db import connection
from django.utils.timezone import now

from core.jobs import pulse, services
from core.jobs.claims import claim, end_leases_of_the_dead
from core.jobs.models import Job
from core.jobs.pulse import Pulse
from tests.waiting import until

LEASE = timedelta(minutes=30)
HOLDER = """
import sys, time
import django
django.setup()
from django.conf import settings
from django.db import connection
from core.jobs.pulse import OWN
connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = sys.argv[1]
OWN.begin()
print(OWN.beat(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def own(db, monkeypatch) -> Iterator[Pulse]:
    """This process's sign of life, as a worker's has it, beside a server that has come to rest."""
    until(pulse.can_tell, seconds=15)
    mine = Pulse()
    mine.begin()
    monkeypatch.setattr(pulse, "OWN", mine)
    yield mine
    mine.end()


@pytest.fixture
def job(house, own) -> Job:
    house.add("test.long", house.idle, lease=LEASE)
    return services.enqueue(kind="test.long")


def take(job: Job, *, silent: timedelta = timedelta(seconds=10)) -> None:
    """Claim it, a while ago."""
    assert claim(job_id=job.pk, worker="one", lease=LEASE) is not None
    Job.objects.filter(pk=job.pk).update(lease_until=now() + LEASE - silent)


@pytest.mark.django_db
def test_a_claim_of_one_who_lives_is_left_alone(job, own):
    take(job)
    assert own.number in pulse.held()
    assert end_leases_of_the_dead() == 0


@pytest.mark.django_db
def test_a_claim_of_one_who_died_is_rung_for_at_once(job, own):
    take(job)
    number = own.number
    own.end()
    until(lambda: number not in pulse.held())  # the server lets go in its own time
    assert services.sweep() == {"rung": 1, "given_up": 0}
    assert services.sweep()["rung"] == 0
    again = claim(job_id=job.pk, worker="two", lease=LEASE)
    assert again is not None
    assert (again.fence, again.job.attempt) == (2, 2)


@pytest.mark.django_db
def test_nobody_is_dead_for_a_server_that_has_just_started(job, own, monkeypatch):
    take(job)
    own.end()
    monkeypatch.setattr(pulse, "COMES_BACK", timedelta(days=365))
    assert end_leases_of_the_dead() == 0


@pytest.mark.django_db
def test_one_who_wrote_just_now_lives_without_a_lock(job, own):
    take(job, silent=timedelta(seconds=1))
    own.end()
    assert end_leases_of_the_dead() == 0


@pytest.mark.django_db
def test_a_claim_without_a_sign_of_life_is_left_to_its_lease(job, own):
    own.is_wanted = False
    take(job)
    assert Job.objects.get(pk=job.pk).life is None
    assert end_leases_of_the_dead() == 0


@pytest.mark.django_db
def test_a_session_that_broke_is_replaced_and_the_job_learns_its_number(job, own):
    taken = claim(job_id=job.pk, worker="one", lease=LEASE)
    before = own.number
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [own.session.info.backend_pid])
    taken.progress(0.5)
    assert own.number != before
    assert Job.objects.get(pk=job.pk).life == own.number
    assert {before, own.number} & set(pulse.held()) == {own.number}


@pytest.mark.django_db
def test_the_lock_of_a_killed_process_is_free_at_once():
    name = connection.settings_dict["NAME"]
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, name], stdout=subprocess.PIPE)
    with holder:
        number = int(holder.stdout.readline())
        assert number in pulse.held()
        os.kill(holder.pid, signal.SIGKILL)
    until(lambda: number not in pulse.held(), seconds=5)


class Pool:
    """What a pool of connections does to a start: it names a process of its own."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.door = create_server(("127.0.0.1", 0))
        self.server = server
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        inner, _ = self.door.accept()
        outer = create_connection(self.server)
        threading.Thread(target=pour, args=(inner, outer), daemon=True).start()
        pour(outer, inner, renamed)


def pour(source: socket, target: socket, change=lambda data: data) -> None:
    with source, target, suppress(OSError):
        while data := source.recv(65536):
            target.sendall(change(data))


def renamed(data: bytes) -> bytes:
    """Change the process in BackendKeyData ('K', a length of 12, process, key)."""
    place = data.find(b"K\x00\x00\x00\x0c")
    return data if place < 0 else data[: place + 5] + b"\x00\x00\x00\x07" + data[place + 9 :]


@pytest.mark.django_db
def test_behind_a_pool_of_connections_nothing_is_held(own, monkeypatch):
    parts = connection.get_connection_params()
    pool = Pool((parts["host"], int(parts["port"])))
    through = parts | {"port": pool.door.getsockname()[1], "sslmode": "disable"}
    monkeypatch.setattr(connection, "get_connection_params", lambda: dict(through))
    assert own.beat() is None
    assert pulse.held() == set()
    pool.door.close()


@pytest.mark.django_db
def test_one_that_gets_no_session_asks_again_after_a_while(own, monkeypatch):
    moment = 0.0
    own.clock = lambda: moment
    parts = connection.get_connection_params()
    monkeypatch.setattr(connection, "get_connection_params", lambda: parts | {"port": 1})
    assert own.beat() is None
    monkeypatch.undo()
    assert own.beat() is None
    moment = 11.0
    assert own.beat() in pulse.held()
