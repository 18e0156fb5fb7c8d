"""A screen asks the database as often for one child as for thirty."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from wagtail.models import ReferenceIndex

from core.progress.models import Completion
from pages.events.services import take_place
from pages.models import Lesson
from tests.factories import (
    close_to_all_but,
    close_to_strangers,
    make_asset,
    make_coaching,
    make_event,
    make_image,
    make_member,
    make_podcast,
    make_program,
    url_of,
)

BUDGET = 12


def queries(client, url) -> int:
    client.get(url)  # content types, renditions and the session's cache are warm in real life too
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200
    return len(asked)


def dress(program) -> None:
    """Give every module a cover and a lock for strangers."""
    for module in program.get_children().specific():
        module.cover = make_image()
        module.save()
        close_to_strangers(module)


def show(page, field) -> None:
    """Give a page something to play."""
    setattr(page, field, make_asset(playable_at=now()))
    page.save()
    ReferenceIndex.create_or_update_for_object(page)


def test_program_asks_as_often_for_one_module_as_for_thirty(site, signed_in):
    small, large = make_program(modules=1), make_program(modules=30)
    for program in (small, large):
        dress(program)
    assert queries(signed_in, url_of(small)) == queries(signed_in, url_of(large)) <= BUDGET


def test_locked_modules_cost_no_query_each(site, signed_in):
    small, large = make_program(modules=1, lessons=1), make_program(modules=30, lessons=1)
    for module in [*small.get_children(), *large.get_children()]:
        close_to_all_but(module, Group.objects.create(name=str(module.pk)))
    assert queries(signed_in, url_of(small)) == queries(signed_in, url_of(large)) <= BUDGET


def test_module_asks_as_often_for_one_lesson_as_for_thirty(site, signed_in):
    urls = []
    for lessons in (1, 30):
        program = make_program(modules=1, lessons=lessons)
        dress(program)
        urls.append(url_of(program.get_children().first()))
    small, large = (queries(signed_in, url) for url in urls)
    assert small == large <= BUDGET


def test_dashboard_asks_as_often_for_one_of_each_as_for_thirty(site, member, signed_in):
    counts = []
    for many in (1, 29):
        dress(make_program(modules=many))
        make_podcast(episodes=many)
        make_coaching(upcoming=many, past=many)
        first = Lesson.objects.order_by("path").first()
        Completion.objects.get_or_create(member=member, page=first)
        counts.append(queries(signed_in, "/dashboard/"))
    assert counts[0] == counts[1] <= BUDGET


def test_podcast_asks_as_often_for_two_episodes_as_for_thirty(site, signed_in):
    small, large = make_podcast(episodes=2), make_podcast(episodes=30)
    assert queries(signed_in, url_of(small)) == queries(signed_in, url_of(large)) <= BUDGET
    first = [url_of(podcast.get_children().first()) for podcast in (small, large)]
    assert queries(signed_in, first[0]) == queries(signed_in, first[1]) <= BUDGET


def test_every_lesson_asks_as_often_at_the_edge_of_its_module(site, signed_in):
    program = make_program(modules=3, lessons=2)
    dress(program)
    for lesson in Lesson.objects.descendant_of(program):
        show(lesson, "video")
    counts = {queries(signed_in, url_of(one)) for one in Lesson.objects.descendant_of(program)}
    assert len(counts) == 1
    assert counts.pop() <= BUDGET


def test_an_episode_that_plays_asks_within_the_budget(site, signed_in):
    podcast = make_podcast(episodes=9)
    podcast.artwork = make_image()
    podcast.save()
    for episode in podcast.get_children().specific():
        show(episode, "media")
    assert queries(signed_in, url_of(podcast.get_children().first())) <= BUDGET


def test_coaching_asks_as_often_for_two_events_as_for_sixty(site, signed_in):
    small, large = make_coaching(), make_coaching(upcoming=30, past=30)
    assert queries(signed_in, url_of(small)) == queries(signed_in, url_of(large)) <= BUDGET


def test_a_later_page_of_past_sessions_asks_as_often_as_the_first(site, signed_in):
    index = url_of(make_coaching(past=60))
    first, *later = (queries(signed_in, f"{index}?past={n}") for n in (1, 2, 3))
    assert later == [first, first]


def test_an_event_asks_as_often_for_one_who_comes_as_for_thirty(site, member, signed_in):
    event = make_event(make_coaching(), hours=48, capacity=20)
    take_place(event=event, member=make_member())
    few = queries(signed_in, url_of(event))
    for _ in range(29):
        take_place(event=event, member=make_member())
    assert queries(signed_in, url_of(event)) == few <= BUDGET
    take_place(event=event, member=member)
    assert queries(signed_in, url_of(event)) == few + 1 <= BUDGET  # how many stand before


def test_an_event_with_a_replay_asks_within_the_budget(site, signed_in):
    event = make_event(make_coaching(), hours=-3, replay_until=now() + timedelta(days=1))
    show(event, "replay")
    assert queries(signed_in, url_of(event)) <= BUDGET


def test_home_asks_as_often_for_one_module_as_for_thirty(site, stranger):
    make_program(modules=1)
    small = queries(stranger, "/")
    make_program(modules=30)
    assert queries(stranger, "/") == small <= BUDGET
