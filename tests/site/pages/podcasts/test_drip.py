"""Episodes that open one by one: in the app, on the page, and what stays open for good."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from wagtail.models import Page

from core.access.queries import reach_of
from core.access.services import may
from core.database.statements import statement
from core.progress.models import Completion
from pages.models import Episode
from pages.podcasts import entries
from tests.factories import add_page, make_member, the_site, url_of

from .conftest import add_episodes
from .test_feed import read, titles

pytestmark = pytest.mark.django_db


def pace(show, first, every):
    show.opens_first, show.opens_every = first, every
    show.save_revision().publish()


def join(member, days):
    """Let a member have joined so many days ago, and whatever tier they hold then."""
    member.joined_at = now() - timedelta(days=days)
    member.save()
    member.joinings.update(since=member.joined_at)


def queries(ask):
    ask()
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def signed_in(member):
    client = Client()
    client.force_login(member)
    return client


def test_episodes_open_one_by_one_from_the_day_a_member_joined(subscribed):
    show, member = subscribed.show, subscribed.member
    add_episodes(show, 2, first=3)
    show.opens_first, show.opens_every = 0, 7
    show.save_revision().publish()
    for days, many in ((0, 1), (6.9, 1), (7.1, 2), (20.9, 3), (21.1, 4)):
        join(member, days)
        heard = [f"Episode {n}" for n in range(many, 0, -1)]
        assert titles(subscribed.fetch()) == heard, days
    join(member, 0)
    later = Episode.objects.get(number=3)
    way = f"/feeds/podcast/{subscribed.token}/{later.pk}/audio.m4a"
    assert subscribed.fetch(way).status_code == 404
    client = Client()
    client.force_login(member)
    page = client.get(url_of(later))
    assert page.status_code == 403
    assert "opens for you on" in page.content.decode()
    assert client.get(url_of(Episode.objects.get(number=1))).status_code == 200


def test_a_trailer_is_heard_at_once_and_shifts_nothing(subscribed):
    show = subscribed.show
    show.opens_every = 30
    show.save_revision().publish()
    trailer = Episode.objects.get(number=2)
    trailer.kind = "trailer"
    trailer.save_revision().publish()
    add_episodes(show, 1, first=3)
    assert titles(subscribed.fetch()) == ["Episode 2", "Episode 1"]


def test_what_a_member_completed_stays_open_wherever_it_stands_now(subscribed):
    show, member = subscribed.show, subscribed.member
    pace(show, 0, 7)
    join(member, 8)
    second = Episode.objects.get(number=2)
    Completion.objects.create(member=member, page=second)
    second.number = 9
    second.save_revision().publish()
    add_episodes(show, 5, first=3)
    assert may(member, second).allowed
    assert signed_in(member).get(url_of(second)).status_code == 200
    assert set(titles(subscribed.fetch())) == {"Episode 1", "Episode 2", "Episode 3"}
    way = f"/feeds/podcast/{subscribed.token}/{second.pk}/audio.m4a"
    assert subscribed.fetch(way).status_code == 302
    assert "row locked" not in _row(signed_in(member), show, second)
    Completion.objects.all().delete()
    assert not may(member, second)


def _row(client, show, episode):
    html = client.get(url_of(show)).content.decode()
    return next(row for row in html.split("<li") if f">{episode.title}<" in row)


def test_one_closed_episode_and_thirty_cost_the_same_queries(subscribed):
    pace(subscribed.show, 0, 365)
    fetch, page = subscribed.fetch, url_of(subscribed.show)
    client = signed_in(subscribed.member)
    few = queries(fetch), queries(lambda: client.get(page))
    add_episodes(subscribed.show, 29, first=3)
    assert (queries(fetch), queries(lambda: client.get(page))) == few
    assert max(few) <= 12


def rail(client):
    return [card.title for card in client.get("/dashboard/").context["episodes"]]


def test_a_long_show_that_opens_one_by_one_begins_with_what_is_open(subscribed):
    show, member = subscribed.show, subscribed.member
    fill(show, 80)
    pace(show, 0, 7)
    join(member, 8)
    client = signed_in(member)
    for kind, first in (("serial", "Episode 1"), ("episodic", "Episode 2")):
        show.kind = kind
        show.save_revision().publish()
        answer = client.get(url_of(show))
        assert answer.context["first"].title == first
        assert "Play the" in answer.content.decode()
    locked = [card.title for card in answer.context["episodes"] if card.lock]
    assert locked == [f"Episode {n}" for n in range(80, 20, -1)]
    assert rail(client) == ["Episode 2", "Episode 1"]
    html = client.get(url_of(Episode.objects.get(number=1))).content.decode()
    assert re.findall(r">Episode (\d+)</a>", html) == ["2"]


def dates(response):
    return {
        entry.title: datetime(*entry.published_parsed[:6], tzinfo=UTC)
        for entry in read(response)[0].entries
    }


def test_an_episode_comes_to_each_member_on_the_day_it_opens(subscribed):
    show, member = subscribed.show, subscribed.member
    long_ago = datetime(2020, 5, 1, tzinfo=UTC)
    Page.objects.descendant_of(show).update(first_published_at=long_ago)
    pace(show, 0, 7)
    join(member, 8)
    joined = member.joined_at.replace(microsecond=0)
    opened = joined + timedelta(days=7)
    assert dates(subscribed.fetch()) == {"Episode 1": long_ago, "Episode 2": opened}
    new = now().replace(microsecond=0)
    Page.objects.descendant_of(show).update(first_published_at=new)
    assert dates(subscribed.fetch()) == {"Episode 1": new, "Episode 2": new}
    join(member, 0)
    Completion.objects.create(member=member, page=Episode.objects.get(number=2))
    Page.objects.descendant_of(show).update(first_published_at=long_ago)
    heard = dates(subscribed.fetch())["Episode 2"]
    assert new <= heard <= now()


def test_a_feed_is_cut_among_what_is_open(subscribed, monkeypatch):
    show, member = subscribed.show, subscribed.member
    monkeypatch.setattr("pages.podcasts.entries.MOST", 5)
    monkeypatch.setattr(entries, "_episodes", statement(entries._episodes.__wrapped__))
    fill(show, 12)
    Page.objects.descendant_of(show).update(first_published_at=now() - timedelta(days=900))
    pace(show, 0, 7)
    heard = [f"Episode {n}" for n in range(8, 0, -1)]
    for weeks, kept in ((0, heard[-1:]), (2, heard[-3:]), (7, heard[:5])):
        join(member, 7 * weeks + 1)
        assert titles(subscribed.fetch()) == kept
    boss = make_member(is_staff=True, is_superuser=True)
    found = entries.entries_of(show, reach_of(boss, the_site()))
    assert {one.page.number for one in found} == {12, 11, 10, 9, 8}


def test_an_editor_is_not_kept_waiting(subscribed):
    pace(subscribed.show, 0, 365)
    boss = make_member(is_staff=True, is_superuser=True)
    cards = signed_in(boss).get(url_of(subscribed.show)).context["episodes"]
    assert [card.lock for card in cards] == [None, None]
    assert rail(signed_in(boss)) == ["Episode 2", "Episode 1"]


def fill(show, many):
    """Add episodes that nobody fetches, until there are so many."""
    sound = Episode.objects.first().media
    for n in range(Episode.objects.count() + 1, many + 1):
        add_page(show, Episode(title=f"Episode {n}", number=n, media=sound))
