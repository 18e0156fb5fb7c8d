"""The breaker opens after five failures in a row, rests, tries once, closes or rests longer."""

import pytest

from core.contract.breaker import FAILURES, LONGEST_REST, REST, Breaker


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(clock)


def fail(breaker, times):
    return [breaker.failed("shop", "navigation", "broke") for _ in range(times)]


def test_opens_at_the_fifth_failure(breaker):
    assert fail(breaker, FAILURES) == [False, False, False, False, True]
    assert not breaker.allows("shop", "navigation")
    assert breaker.allows("shop", "jobs")
    assert list(breaker.open_for("shop")) == ["navigation"]


def test_a_success_between_starts_the_count_again(breaker):
    fail(breaker, FAILURES - 1)
    assert not breaker.succeeded("shop", "navigation")
    assert fail(breaker, FAILURES - 1)[-1] is False


def test_lets_one_through_when_rested(breaker, clock):
    fail(breaker, FAILURES)
    clock.now = REST
    assert breaker.allows("shop", "navigation")
    assert not breaker.allows("shop", "navigation")
    assert breaker.succeeded("shop", "navigation")
    assert breaker.allows("shop", "navigation")


def test_rests_longer_after_each_failed_trial_up_to_a_wall(breaker, clock):
    fail(breaker, FAILURES)
    clock.now = REST
    assert breaker.allows("shop", "navigation")
    fail(breaker, 1)
    clock.now = REST * 2 + REST - 1
    assert not breaker.allows("shop", "navigation")
    fail(breaker, 20)
    assert breaker.open_for("shop")["navigation"].rest == LONGEST_REST


def test_is_asked_again_when_reset(breaker):
    fail(breaker, FAILURES)
    breaker.reset("shop")
    assert breaker.allows("shop", "navigation")
