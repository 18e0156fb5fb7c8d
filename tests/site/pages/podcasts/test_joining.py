"""Since when a serial runs for a member: since a tier of its own site opened it to them."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from wagtail.models import Site

from core.access.feeds.services import issue_feed_key
from core.access.models import Joining
from core.access.queries import reach_of
from core.access.services import may, may_each, may_play
from core.media.models import Asset
from pages.models import Episode, Home, Podcast
from pages.podcasts import drip
from tests.factories import add_page, close_to_all_but, close_to_strangers, fresh, make_member

from .conftest import add_episodes, make_sound
from .test_feed import titles

pytestmark = pytest.mark.django_db
ELSEWHERE = "b.example"


def ago(days):
    return now() - timedelta(days=days)


def give(member, tier, days):
    """Give a tier, so many days ago."""
    member.groups.add(tier)
    Joining.objects.filter(member=member, group=tier).update(since=ago(days))


@pytest.fixture
def two(subscribed):
    """A member of one site for long, and of another, with a serial of its own, for eight days."""
    member = subscribed.member
    member.joined_at = ago(300)
    member.save()
    Joining.objects.update(since=ago(300))
    root = fresh(Home.objects.get().get_parent()).add_child(instance=Home(title="B", slug="b"))
    site = Site.objects.create(hostname=ELSEWHERE, root_page=root, site_name="B")
    tier = Group.objects.create(name="Circle of B")
    for show in (subscribed.show, add_page(root, Podcast(title="Slow"))):
        show.opens_every = 7
        show.save_revision().publish()
    close_to_all_but(show, tier)
    for page in add_episodes(show, 3):
        Asset.objects.filter(pk=page.media_id).update(site=site)
    give(member, tier, 8)
    return subscribed, site, fresh(show), tier


def heard(member, site, show):
    """What is open of a show to a member, asked for in each way that it is asked for."""
    reach = reach_of(member, site)
    episodes = list(Episode.objects.child_of(show).order_by("number"))
    each = may_each(reach, episodes)
    found = {page.title for page in episodes if each[page.pk]}
    assert found == {page.title for page in episodes if may(member, page, site=site)}
    assert found == {page.title for page in episodes if may_play(reach, page, page.media)}
    closed = drip.closed_below(site.root_page.path, reach, now())
    assert found == {page.title for page in episodes if page.pk not in closed}
    return found


def test_a_serial_runs_from_the_day_its_own_site_was_joined(two):
    subscribed, site, show, tier = two
    member, here = subscribed.member, Site.objects.get(is_default_site=True)
    assert heard(member, site, show) == {"Episode 1", "Episode 2"}
    assert heard(member, here, subscribed.show) == {"Episode 1", "Episode 2"}

    give(member, tier, 1)
    assert heard(member, site, show) == {"Episode 1"}
    assert heard(member, here, subscribed.show) == {"Episode 1", "Episode 2"}


def test_page_feed_and_file_agree_on_a_site_of_its_own(two):
    subscribed, site, show, _tier = two
    member = subscribed.member
    _key, token = issue_feed_key(member=member, site=site, kind="podcast", page=show)
    client = Client(headers={"host": ELSEWHERE})
    assert titles(client.get(f"/feeds/podcast/{token}.xml")) == ["Episode 2", "Episode 1"]
    client.force_login(member)
    for number, page_says, file_says in ((2, 200, 302), (3, 403, 404)):
        episode = Episode.objects.child_of(show).get(number=number)
        path = episode.url_path.removeprefix(site.root_page.url_path)
        assert client.get(f"/{path}").status_code == page_says
        file = f"/feeds/podcast/{token}/{episode.pk}/audio.m4a"
        assert client.get(file).status_code == file_says
    assert len(client.get(f"/{show.slug}/").context["episodes"]) == 3


def test_the_last_door_counts_and_of_its_tiers_the_first(two):
    subscribed, site, show, tier = two
    member = subscribed.member
    outer, other = Group.objects.create(name="All of B"), Group.objects.create(name="More of B")
    close_to_all_but(site.root_page, outer)
    give(member, outer, 100)
    assert heard(member, site, show) == {"Episode 1", "Episode 2"}
    show.view_restrictions.get().groups.add(other)
    give(member, other, 20)
    assert heard(member, site, show) == {"Episode 1", "Episode 2", "Episode 3"}
    member.groups.remove(tier, other)
    member.groups.add(tier)  # it ended, and began again
    assert heard(member, site, show) == {"Episode 1", "Episode 2", "Episode 3"}


def test_where_no_tier_is_asked_for_the_account_counts(two):
    subscribed, site, show, tier = two
    show.view_restrictions.all().delete()
    assert len(heard(subscribed.member, site, show)) == 3
    close_to_strangers(show)
    assert len(heard(subscribed.member, site, show)) == 3
    newcomer = make_member()
    newcomer.groups.add(tier)
    assert heard(newcomer, site, show) == {"Episode 1"}


def test_a_day_is_noted_once_whoever_gives_the_tier(db):
    tier, member = Group.objects.create(name="Tier"), make_member()
    member.groups.set([tier])
    since = Joining.objects.get(member=member, group=tier).since
    assert now() - since < timedelta(minutes=1)
    Joining.objects.update(since=ago(9))
    for change in (member.groups.clear, lambda: tier.user_set.add(member)):
        change()
        assert Joining.objects.get().since < ago(8)
    member.delete()
    assert not Joining.objects.exists()


def test_a_page_and_a_feed_cost_as_many_queries_with_many_shows_and_tiers(two):
    subscribed, site, show, _tier = two
    reach = reach_of(subscribed.member, site)
    assert not reach.editing  # asked for once
    asked = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            drip.places_in(show, reach, now())
            drip.places(list(Episode.objects.child_of(show)), subscribed.member, now())
            drip.closed_below(site.root_page.path, reach, now())
        asked.append(len(queries))
        for n in range(5):
            more = add_page(fresh(site.root_page), Podcast(title=f"More {n}", opens_every=1))
            add_page(more, Episode(title="One", media=make_sound()))
            tier = Group.objects.create(name=f"Tier {n} of {_round}")
            close_to_all_but(more, tier)
            give(subscribed.member, tier, 3)
    assert asked == [9, 9]


def test_who_held_a_tier_before_has_held_it_since_their_account_began(subscribed):
    member = subscribed.member
    member.joined_at = ago(400)
    member.save()
    Joining.objects.all().delete()
    before = import_module("core.migrations.0026_who_joined_before")
    with connection.cursor() as cursor:
        cursor.execute(before.BEFORE)
        cursor.execute(before.BEFORE)
    assert Joining.objects.get(group=subscribed.tier).since == member.joined_at
