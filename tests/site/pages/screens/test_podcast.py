"""A show lists all it has, page by page, as its kind tells it."""

import pytest

from pages.models import Episode
from tests.factories import add_page, fresh, make_podcast, url_of

from .test_queries import BUDGET, queries

pytestmark = pytest.mark.django_db


def listed(client, show, page=""):
    answer = client.get(url_of(show), {"page": page} if page else {})
    return [card.number for card in answer.context["episodes"]]


@pytest.fixture
def long(site):
    show = make_podcast(episodes=1)
    for n in range(2, 131):
        add_page(show, Episode(title=f"Episode {n}", number=n))
    return fresh(show)


@pytest.mark.parametrize("who", ["signed_in", "stranger"])
def test_a_long_show_is_read_page_by_page(who, long, request):
    client = request.getfixturevalue(who)
    latest = list(range(130, 0, -1))
    assert [listed(client, long, n) for n in (1, 2, 3)] == [
        latest[:60],
        latest[60:120],
        latest[120:],
    ]
    first, last = (client.get(url_of(long), {"page": n}).content.decode() for n in (1, 3))
    assert 'href="?page=2#episodes" rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'href="?page=2#episodes" rel="prev"' in last
    assert 'rel="next"' not in last


def test_a_long_show_that_builds_on_itself_begins_with_the_first(long, signed_in):
    long.kind = "serial"
    long.save_revision().publish()
    assert listed(signed_in, long) == list(range(1, 61))
    assert listed(signed_in, long, 2) == list(range(61, 121))
    for page in (1, 2):
        answer = signed_in.get(url_of(long), {"page": page})
        assert answer.context["first"].title == "Episode 1"
        assert "Play the first" in answer.content.decode()


def test_a_page_that_is_none_is_the_first_or_the_last(long, signed_in):
    assert listed(signed_in, long, "x") == listed(signed_in, long)
    assert listed(signed_in, long, "99") == listed(signed_in, long, 3)


def test_every_page_of_a_show_asks_as_often(long, signed_in):
    counts = {queries(signed_in, f"{url_of(long)}?page={n}") for n in (1, 2, 3)}
    short = make_podcast(episodes=1)
    assert counts == {queries(signed_in, url_of(short))}
    assert counts.pop() <= BUDGET
