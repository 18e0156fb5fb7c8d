"""A show lists all it has, page by page, as its kind tells it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils.timezone import now
from wagtail.models import Page, ReferenceIndex

from pages.models import Episode, Lesson
from tests.factories import (
    add_page,
    close_to_all_but,
    fresh,
    make_asset,
    make_podcast,
    make_program,
    url_of,
)

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


def heard_in(show, lesson):
    lesson.show = show
    lesson.save_revision().publish()


def names(client, show):
    return [card.title for card in client.get(url_of(show)).context["episodes"]]


def test_a_show_of_lessons_is_listed_and_can_be_subscribed_to(site, signed_in, stranger):
    show, program = make_podcast(episodes=0), make_program(modules=1, lessons=3)
    assert "Listen in your app" not in signed_in.get(url_of(show)).content.decode()
    for lesson in Lesson.objects.order_by("path"):
        heard_in(show, lesson)
    assert names(signed_in, show) == ["Lesson 0.2", "Lesson 0.1", "Lesson 0.0"]
    answer = signed_in.get(url_of(show))
    html = answer.content.decode()
    assert "Listen in your app" in html
    assert f'href="{url_of(Lesson.objects.get(title="Lesson 0.2"))}">' in html
    assert answer.context["first"].title == "Lesson 0.2"
    assert "Join to listen" in stranger.get(url_of(show)).content.decode()
    close_to_all_but(program, Group.objects.create(name="Inner circle"))
    assert names(signed_in, show) == []
    assert "Listen in your app" not in signed_in.get(url_of(show)).content.decode()


def test_a_show_with_nothing_to_fetch_yet_offers_no_address(site, signed_in):
    show = make_podcast(episodes=0)
    add_page(show, Episode(title="Soon", number=1))
    assert names(signed_in, show) == ["Soon"]
    assert "Listen in your app" not in signed_in.get(url_of(show)).content.decode()


def test_lessons_stand_among_the_episodes_by_their_day_or_after_them(site, signed_in):
    show = make_podcast(episodes=3)
    make_program(modules=1, lessons=1)
    heard_in(show, Lesson.objects.get())
    days = {"Episode 1": 40, "Episode 2": 30, "Lesson 0.0": 20, "Episode 3": 10}
    for title, days_ago in days.items():
        at = now() - timedelta(days=days_ago)
        Page.objects.filter(title=title).update(first_published_at=at)
    assert names(signed_in, show) == [*days][::-1]
    show.kind = "serial"
    show.save_revision().publish()
    assert names(signed_in, show) == ["Episode 1", "Episode 2", "Episode 3", "Lesson 0.0"]


def test_one_lesson_and_thirty_cost_a_show_the_same_queries(site, signed_in):
    counts = []
    for many in (1, 30):
        show = make_podcast(episodes=1)
        make_program(modules=1, lessons=many, title=f"Of {many}")
        for lesson in Lesson.objects.filter(show=None):
            heard_in(show, lesson)
        counts.append(queries(signed_in, url_of(show)))
    assert counts[0] == counts[1] <= BUDGET


def test_an_episode_is_no_lesson(world, signed_in):
    world.episode.media = make_asset(kind="audio", duration=20)
    world.episode.save()
    ReferenceIndex.create_or_update_for_object(world.episode)
    page = signed_in.get(url_of(world.episode)).content.decode()
    assert page.count('data-part="again"') == 1
    assert "That was the last lesson" not in page
