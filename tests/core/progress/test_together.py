"""Threads that want the same kind of thing are served in groups, in order, and at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.progress.together import MOST, Together
from tests.waiting import until


class Slow:
    """Does groups, writes them down, and holds the first until it is told to go on."""

    def __init__(self):
        self.groups, self.go_on, self.began = [], threading.Event(), threading.Event()

    def __call__(self, items):
        self.groups.append(list(items))
        if len(self.groups) == 1:
            self.began.set()
            assert self.go_on.wait(10)
        if "bad" in items:
            raise ValueError(items)
        return [item.upper() for item in items]


@pytest.fixture
def slow():
    return Slow()


@pytest.fixture
def ask(slow):
    """Have ``first`` at work, and ``later`` waiting in this order; return what became of each."""

    def ask(first, later, key=lambda item: item):
        together = Together(slow, key=key)
        with ThreadPoolExecutor(100) as pool:
            futures = [pool.submit(together.do, first)]
            assert slow.began.wait(10)
            for count, item in enumerate(later, 1):
                futures.append(pool.submit(together.do, item))
                until(lambda count=count: len(together._waiting) == count)
            slow.go_on.set()
        return [future.exception() or future.result() for future in futures]

    return ask


def test_who_comes_alone_is_served_at_once(slow):
    slow.go_on.set()
    assert Together(slow, key=str).do("a") == "A"
    assert slow.groups == [["a"]]


def test_who_comes_meanwhile_is_served_together(slow, ask):
    assert ask("a", ["b", "c", "d"]) == ["A", "B", "C", "D"]
    assert slow.groups == [["a"], ["b", "c", "d"]]


def test_the_same_key_comes_once_a_group_and_keeps_its_order(slow, ask):
    assert ask("a", ["b1", "c1", "b2", "b3"], key=lambda item: item[0])[1:] == [
        "B1",
        "C1",
        "B2",
        "B3",
    ]
    assert slow.groups == [["a"], ["b1", "c1"], ["b2"], ["b3"]]


def test_a_group_that_fails_tells_its_leader_why_and_the_others_nothing(slow, ask):
    first, leader, follower = ask("a", ["b", "bad"])
    assert (first, str(leader), follower) == ("A", "['b', 'bad']", None)


def test_after_a_failure_the_next_is_served(slow):
    slow.go_on.set()
    together = Together(slow, key=str)
    with pytest.raises(ValueError, match="bad"):
        together.do("bad")
    assert together.do("a") == "A"


def test_a_group_has_an_end(slow, ask):
    later = [f"item {number}" for number in range(MOST + 5)]
    assert ask("a", later) == ["A", *map(str.upper, later)]
    assert [len(group) for group in slow.groups] == [1, MOST, 5]
