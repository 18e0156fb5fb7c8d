"""Subscribing by hand: one address an app, shown once, replaced, removed, paused; and evidence."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from core.access.feeds.models import FeedKey, FeedVisit
from core.access.feeds.queries import evidence
from core.access.feeds.services import (
    MOST_KEYS,
    digest_of,
    forgive_feed_key,
    issue_feed_key,
    suspend_feed_key,
)
from pages.podcasts.listening import APPS, ways
from tests.factories import fresh, make_member, the_site

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"http://testserver/feeds/podcast/([\w-]{22})\.xml")


def signed_in(member):
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def page(subscribed):
    return f"/podcasts/{subscribed.show.pk}/subscribe/"


def tokens(response):
    return list(dict.fromkeys(ADDRESS.findall(response.content.decode())))


def made(client, path, **fields):
    """What the page after a post shows."""
    return client.post(path, fields, follow=True)


def test_an_address_is_shown_once_and_works(subscribed, page):
    client = signed_in(subscribed.member)
    response = made(client, page, app="overcast")
    [token] = tokens(response)
    assert "no-store" in response["Cache-Control"]
    assert subscribed.fetch(f"/feeds/podcast/{token}.xml").status_code == 200
    assert tokens(client.get(page)) == []
    assert FeedKey.objects.latest("pk").label == "Overcast"
    text = response.content.decode()
    assert text.index("overcast://x-callback-url/add") < text.index("podcast://testserver")


def test_replacing_one_or_all_ends_the_old_addresses(subscribed, page):
    client = signed_in(subscribed.member)
    [first] = tokens(made(client, page, app=""))
    key = FeedKey.objects.latest("pk")
    [second] = tokens(made(client, f"{page}{key.pk}/replace/"))
    assert subscribed.fetch(f"/feeds/podcast/{first}.xml").status_code == 410
    fresh = tokens(made(client, f"{page}all/"))
    assert len(fresh) == 2
    for old in (second, subscribed.token):
        assert subscribed.fetch(f"/feeds/podcast/{old}.xml").status_code == 410
    for new in fresh:
        assert subscribed.fetch(f"/feeds/podcast/{new}.xml").status_code == 200


def test_a_second_click_loses_no_address(subscribed, page):
    client = signed_in(subscribed.member)
    replace = f"{page}{subscribed.key.pk}/replace/"
    for _click in range(2):
        assert client.post(replace).headers["Location"] == page
    kept = str(client.session.items())
    [token] = tokens(client.get(page))
    assert token not in kept
    assert tokens(client.get(page)) == []
    assert subscribed.fetch(f"/feeds/podcast/{token}.xml").status_code == 200
    assert FeedKey.objects.count() == 2


def test_what_was_replaced_elsewhere_is_not_shown(subscribed, page):
    here, there = signed_in(subscribed.member), signed_in(subscribed.member)
    here.post(f"{page}all/")
    there.post(f"{page}all/")
    assert tokens(here.get(page)) == []
    assert len(tokens(there.get(page))) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_replace_all_at_once_end_each_address_once(subscribed, page):
    """As two clicks meet: the second waits for the first, then finds nothing left to do."""
    extra = issue_feed_key(
        member=subscribed.member, site=the_site(), kind="podcast", page=subscribed.show
    )[0]
    clients = [signed_in(subscribed.member) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: _posted(one, f"{page}all/"), clients))
    assert answers == [302, 302]
    ended = FeedKey.objects.exclude(revoked_at=None)
    assert {subscribed.key.pk, extra.pk} <= set(ended.values_list("pk", flat=True))
    living = set(FeedKey.objects.filter(revoked_at=None).values_list("digest", flat=True))
    shown = {digest_of(token) for one in clients for token in tokens(one.get(page))}
    assert shown == living
    assert len(living) == 2


def _posted(client, path):
    try:
        return client.post(path).status_code
    finally:
        connection.close()


def test_all_addresses_of_shows_and_calendars_are_replaced_at_once(
    subscribed, page, django_assert_max_num_queries
):
    member, screen = subscribed.member, "/account/addresses/"
    _key, calendar = issue_feed_key(member=member, site=the_site(), kind="calendar")
    others = issue_feed_key(member=make_member(), site=the_site(), kind="calendar")[1]
    client = signed_in(member)
    shown = made(client, screen).content.decode()
    [podcast] = ADDRESS.findall(shown)
    [fresh] = re.findall(r'value="http://testserver(/feeds/[\w-]{22}/calendar\.ics)"', shown)
    assert {"The Quiet Practice", "Your calendar"} <= set(re.findall("<strong>(.*?)<", shown))
    for ended in (subscribed.address, f"/feeds/{calendar}/calendar.ics"):
        assert subscribed.fetch(ended).status_code == 410
    for living in (f"/feeds/podcast/{podcast}.xml", fresh, f"/feeds/{others}/calendar.ics"):
        assert subscribed.fetch(living).status_code == 200
    again = client.get(screen).content.decode()
    assert podcast not in again
    with CaptureQueriesContext(connection) as few:
        client.get(screen)
    for _ in range(3):
        issue_feed_key(member=member, site=the_site(), kind="podcast", page=subscribed.show)
    with django_assert_max_num_queries(len(few)):
        client.get(screen)


def test_nobody_touches_another_members_addresses(subscribed, page):
    other = make_member()
    other.groups.add(subscribed.tier)
    client = signed_in(other)
    for verb in ("replace", "remove"):
        assert client.post(f"{page}{subscribed.key.pk}/{verb}/").status_code == 404
    assert client.post(f"{page}all/").status_code == 404
    assert subscribed.fetch().status_code == 200


def test_who_may_not_hear_a_show_gets_no_address(subscribed, page):
    assert signed_in(make_member()).post(page, {"app": ""}).status_code == 403
    assert Client().get(page).status_code == 302
    assert Client().post(page, {"app": ""}).status_code == 302
    assert FeedKey.objects.count() == 1


def test_a_paused_member_makes_no_other_address(subscribed, page):
    suspend_feed_key(key=subscribed.key, reason="Nine phones a day.")
    client = signed_in(subscribed.member)
    assert "Nine phones a day." in client.get(page).content.decode()
    assert tokens(made(client, page, app="")) == []
    assert client.post(f"{page}{subscribed.key.pk}/remove/").status_code == 404
    assert client.post(f"{page}all/").status_code == 404


def test_enough_is_enough(subscribed, page):
    client = signed_in(subscribed.member)
    for _ in range(MOST_KEYS - 1):
        client.post(page, {"app": ""})
    assert len(tokens(client.get(page))) == MOST_KEYS - 1
    full = made(client, page, app="")
    assert tokens(full) == []
    assert "enough apps" in full.content.decode()


def test_a_stranger_gets_the_public_address_of_a_public_show(subscribed, page):
    subscribed.show.view_restrictions.all().delete()
    text = Client().get(page).content.decode()
    assert f"/feeds/show/{subscribed.show.pk}.xml" in text
    assert FeedKey.objects.count() == 1


def test_each_app_takes_the_address_its_own_way():
    links = {way.app.name: way.url for way in ways("https://a.example/feeds/podcast/x.xml")}
    assert links["apple"] == "podcast://a.example/feeds/podcast/x.xml"
    assert links["overcast"] == (
        "overcast://x-callback-url/add?url=https%3A%2F%2Fa.example%2Ffeeds%2Fpodcast%2Fx.xml"
    )
    assert links["pocketcasts"] == "pktc://subscribe/a.example/feeds/podcast/x.xml"
    assert links["antennapod"] == (
        "intent://a.example/feeds/podcast/x.xml"
        "#Intent;scheme=https;package=de.danoeh.antennapod;end"
    )
    assert not any(link.startswith("http") for link in links.values())  # no server in between
    on_android = [way.app.name for way in ways("https://a/x", agent="Linux; Android 15")]
    assert on_android[0] == "pocketcasts"
    assert len(on_android) == len(APPS)


# --- evidence ---------------------------------------------------------------------------------


def visits(key, clients, *, ago=0):
    day = localdate() - timedelta(days=ago)
    for n in range(clients):
        FeedVisit.objects.create(key=key, day=day, client=f"{n:032}", app="Overcast")


@pytest.fixture
def boss(db):
    return make_member(is_staff=True, is_superuser=True, name="Boss")


def test_the_most_widely_fetched_stand_first_until_forgiven(subscribed, django_assert_num_queries):
    visits(subscribed.key, 12, ago=3)
    keys = FeedKey.objects.all()
    with django_assert_num_queries(2):
        [row] = evidence(keys)
    assert (row.most, row.times, row.is_striking) == (12, 12, True)
    forgive_feed_key(key=subscribed.key)
    [row] = evidence(keys)
    assert (row.most, row.is_striking) == (0, False)


def test_a_person_looks_pauses_forgives_and_ends(subscribed, boss):
    visits(subscribed.key, 12)
    client, base = signed_in(boss), "/admin/podcast-feeds/"
    assert "look" in client.get(base).content.decode()
    shown = client.get(f"{base}{subscribed.key.pk}/").content.decode()
    assert shown.count("<rect") == 28
    assert "Overcast" in shown
    client.post(f"{base}{subscribed.key.pk}/suspend/", {"reason": "Call us."})
    assert b"Call us." in subscribed.fetch().content
    client.post(f"{base}{subscribed.key.pk}/forgive/")
    assert b"Episode 2" in subscribed.fetch().content
    client.post(f"{base}{subscribed.key.pk}/end/")
    assert subscribed.fetch().status_code == 410
    assert client.get(f"{base}{subscribed.key.pk}/").status_code == 404


def test_a_reason_is_taken_whole_or_nothing_is_paused(subscribed, boss):
    client, key = signed_in(boss), subscribed.key
    reason = "\n".join(["Please call us."] * 18) + "\nThank you."
    assert len(reason) <= 300 < len(reason) + reason.count("\n")
    long = client.post(
        f"/admin/podcast-feeds/{key.pk}/suspend/", {"reason": f"{reason} {'x' * 20}"}
    )
    assert (long.status_code, fresh(key).is_suspended) == (422, False)
    assert f"{'x' * 20}</textarea>" in long.content.decode()
    assert "at most 300 characters" in long.content.decode()
    typed = {"reason": reason.replace("\n", "\r\n")}
    client.post(f"/admin/podcast-feeds/{key.pk}/suspend/", typed)
    assert (fresh(key).is_suspended, fresh(key).reason) == (True, reason)


def test_who_publishes_no_show_sees_no_feed(subscribed):
    editor = make_member(is_staff=True)
    editor.groups.add(Group.objects.get(name="Authors"))
    client = signed_in(editor)
    assert client.get(f"/admin/podcast-feeds/{subscribed.key.pk}/").status_code in {302, 404}
    assert now() > subscribed.key.created_at
