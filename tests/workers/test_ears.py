"""An idle worker that hears nothing of what it calls is deaf; a busy one is not."""

import pytest
from kombu.exceptions import OperationalError

from workers.ears import Ears


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def calls():
    return []


def listening(clock, calls, *, is_busy=False, call=None):
    return Ears(
        call=call or (lambda: calls.append(clock.now)),
        is_busy=lambda: is_busy,
        patience=30.0,
        clock=clock,
    )


def test_an_idle_worker_calls_and_is_deaf_after_its_patience(clock, calls):
    ears = listening(clock, calls)
    for second in (5, 10, 20, 30):
        clock.now = 100.0 + second
        assert not ears.is_deaf()
    clock.now = 131.0
    assert ears.is_deaf()
    assert calls == [105.0, 110.0, 120.0, 130.0, 131.0]


def test_one_that_hears_is_well(clock, calls):
    ears = listening(clock, calls)
    clock.now = 129.0
    ears.heard()
    clock.now = 150.0
    assert not ears.is_deaf()


def test_a_busy_worker_neither_calls_nor_is_deaf(clock, calls):
    ears = listening(clock, calls, is_busy=True)
    clock.now = 5_000.0
    assert not ears.is_deaf()
    assert calls == []


@pytest.mark.parametrize("error", [OperationalError("away"), ConnectionError("away")])
def test_without_redis_nobody_is_deaf(clock, calls, error):
    def call():
        raise error

    ears = listening(clock, calls, call=call)
    clock.now = 5_000.0
    assert not ears.is_deaf()
    clock.now = 5_020.0  # it is back for less than the patience
    ears.call = lambda: None
    assert not ears.is_deaf()
