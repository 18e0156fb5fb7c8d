"""What waits is rung for until it is heard, and no list of bells grows beyond what waits."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from core.jobs import services
from core.jobs.bell import lying, ring
from core.jobs.models import Job
from core.jobs.services import RING_AT_ONCE, sweep

from .conftest import QUEUE

pytestmark = pytest.mark.django_db
AWAY = "redis://127.0.0.1:1/0"


@pytest.fixture
def wait(house, line):
    """Have jobs wait of which nobody has heard for long; return their numbers."""
    house.add("test.ok", house.idle, queue=QUEUE)

    def wait(count: int, **facts) -> list[int]:
        facts = {"rung_at": now() - timedelta(minutes=1), "queue": QUEUE} | facts
        rows = Job.objects.bulk_create(Job(kind="test.ok", **facts) for _ in range(count))
        return [row.pk for row in rows]

    return wait


def time_passes() -> None:
    Job.objects.filter(queue=QUEUE).update(rung_at=now() - timedelta(seconds=11))


def told(line) -> list[int]:
    """Return the numbers of the jobs whose bells lie there, the first to be heard first."""
    return [int(one) for one in map(number_in, reversed(line.lrange(QUEUE, 0, -1)))]


def number_in(message: bytes) -> str:
    return json.loads(json.loads(message)["headers"]["argsrepr"])[0]


def test_what_nobody_heard_is_rung_for(house, line):
    house.add("test.ok", house.idle, queue=QUEUE)
    job = services.enqueue(kind="test.ok")
    assert (sweep()["rung"], lying(QUEUE)) == (0, 0)
    time_passes()
    assert (sweep()["rung"], told(line)) == (1, [job.pk])


def test_a_list_that_nobody_empties_grows_no_longer(wait, line):
    wait(3)
    for _ in range(12):  # two minutes, while the only worker is busy with a film
        sweep()
        time_passes()
    assert line.llen(QUEUE) == 3


def test_what_a_wiped_redis_forgot_is_rung_for_again(wait, line):
    numbers = wait(3)
    sweep()
    line.delete(QUEUE)
    time_passes()
    assert (sweep()["rung"], told(line)) == (3, numbers)


def test_a_bell_that_was_taken_to_nowhere_is_made_up_for(wait, line):
    numbers = wait(3)
    sweep()
    line.rpop(QUEUE)  # by a worker that died before it looked
    time_passes()
    assert sweep()["rung"] == 1
    line.delete(QUEUE)
    time_passes()
    sweep()
    assert sorted(told(line)) == numbers


def never_told() -> dict[str, Any]:
    return {"rung_at": None}


def put_aside_until_now() -> dict[str, Any]:
    return {"run_after": now() - timedelta(seconds=20)}


def lost_its_worker() -> dict[str, Any]:
    lease_until = now() - timedelta(seconds=20)
    return {"state": Job.State.RUNNING, "attempt": 1, "lease_until": lease_until}


@pytest.mark.parametrize("facts", [never_told, put_aside_until_now, lost_its_worker])
def test_what_can_be_done_since_it_was_told_of_is_rung_for_once_whatever_lies_there(
    wait, line, facts
):
    (number,) = wait(1, **facts())
    for _ in range(5):
        ring(0, QUEUE)
    assert sweep()["rung"] == 1
    time_passes()
    assert (sweep()["rung"], told(line)) == (0, [0, 0, 0, 0, 0, number])


def test_much_that_waits_for_long_keeps_the_bell_from_nobody(wait, line, house):
    wait(RING_AT_ONCE * 2, created_at=now() - timedelta(days=1))
    (younger,) = wait(1, rung_at=now() - timedelta(seconds=30))
    other = services.enqueue(kind="test.ok")
    Job.objects.filter(pk=other.pk).update(
        queue=f"{QUEUE}-2", rung_at=now() - timedelta(seconds=30)
    )
    assert sweep()["rung"] == RING_AT_ONCE + 1
    assert lying(f"{QUEUE}-2") == 1
    line.delete(f"{QUEUE}-2")
    sweep()
    sweep()
    assert younger in told(line)


def test_another_broker_than_redis_rings_as_well(wait, line, settings):
    there, settings.REDIS_URL = settings.REDIS_URL, "memory://"
    wait(3)
    assert sweep()["rung"] == 3
    settings.REDIS_URL = there


def test_a_sweep_without_redis_ends_soon_and_rings_later(wait, line, settings):
    numbers = wait(30)
    there, settings.REDIS_URL = settings.REDIS_URL, AWAY
    assert (lying(QUEUE), sweep()["rung"]) == (None, 0)
    settings.REDIS_URL = there
    assert (sweep()["rung"], told(line)) == (30, numbers)
