"""Workers are counted by their cores: two that share them are one."""

from __future__ import annotations

import os

import pytest
from redis import Redis

from core.jobs import crews
from core.jobs.crews import Crew, announce, crew_of

QUEUE = f"tests-of-crews-{os.getpid()}"  # others run the same tests beside these


@pytest.fixture(autouse=True)
def line(settings):
    with Redis.from_url(settings.REDIS_URL) as redis:
        yield redis
        redis.delete(crews.key_of(QUEUE))


@pytest.fixture
def pinned():
    """Pin this thread to one core, and let it go afterwards."""
    before = os.sched_getaffinity(0)
    yield lambda core: os.sched_setaffinity(0, {core})
    os.sched_setaffinity(0, before)


def test_nobody_is_there_until_they_say_so():
    assert crew_of(QUEUE) == Crew(0, 0)


def test_workers_that_share_their_cores_count_once():
    announce([QUEUE], worker="a", slots=2)
    announce([QUEUE, "another"], worker="b", slots=1)
    announce([QUEUE], worker="b", slots=1)
    assert crew_of(QUEUE) == Crew(cores=1, slots=3)


def test_workers_with_cores_of_their_own_count_each(pinned):
    for core in sorted(os.sched_getaffinity(0))[:2]:
        pinned(core)
        announce([QUEUE], worker=f"on {core}", slots=1)
    assert crew_of(QUEUE) == Crew(cores=2, slots=2)


def test_who_is_silent_is_gone(line):
    announce([QUEUE], worker="a", slots=1)
    said = line.zrange(crews.key_of(QUEUE), 0, -1)[0]
    line.zadd(crews.key_of(QUEUE), {said: line.time()[0] - crews.SILENT - 1})
    assert crew_of(QUEUE) == Crew(0, 0)
    announce([QUEUE], worker="b", slots=1)
    assert line.zcard(crews.key_of(QUEUE)) == 1


def test_without_redis_nobody_is_counted_on(settings):
    announce([QUEUE], worker="a", slots=1)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert crew_of(QUEUE) == Crew(0, 0)


@pytest.mark.parametrize(
    ("cores", "slots", "together"), [(0, 0, 1), (2, 2, 2), (1, 4, 3), (2, 8, 7), (3, 3, 3)]
)
def test_a_place_stays_free_for_others_where_there_are_more_places_than_cores(
    cores, slots, together
):
    assert Crew(cores, slots).at_once == together
