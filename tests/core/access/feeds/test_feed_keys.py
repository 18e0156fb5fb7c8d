"""Private addresses: shown once, kept as digests, ended at once, counted by day and client."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, localtime, now
from wagtail.models import Site

from core.access.feeds import throttle
from core.access.feeds.clients import address_of, app_of, client_digest
from core.access.feeds.errors import RevokedKey, Suspended, TooManyKeys, TooManyTries, UnknownKey
from core.access.feeds.models import FeedKey, FeedVisit
from core.access.feeds.queries import days_of, evidence, in_use
from core.access.feeds.services import (
    MOST_KEYS,
    count_visit,
    digest_of,
    forget_visits,
    forgive_feed_key,
    issue_feed_key,
    note_client,
    read_feed_key,
    revoke_feed_keys,
    rotate_feed_key,
    rotate_feed_keys,
    suspend_feed_key,
)
from tests.factories import make_member, make_podcast, the_site

pytestmark = pytest.mark.django_db
PODCAST, CALENDAR = FeedKey.Kind.PODCAST, FeedKey.Kind.CALENDAR


@pytest.fixture
def member():
    return make_member()


def a_request(address="81.2.69.7", app="AntennaPod/3.5.0", **more):
    return RequestFactory().get("/", REMOTE_ADDR=address, HTTP_USER_AGENT=app, **more)


def read(token, kind=PODCAST, site=None, request=None):
    return read_feed_key(token, kind=kind, site=site or the_site(), request=request or a_request())


def issue(member, **more):
    return issue_feed_key(member=member, site=the_site(), kind=PODCAST, **more)


def test_a_token_has_128_bits_and_only_its_digest_is_kept(member):
    key, token = issue(member)
    assert len(token) == 22
    assert key.digest == digest_of(token)
    row = FeedKey.objects.values().get(pk=key.pk)
    assert token not in str(row)
    assert issue(member)[1] != token


def test_a_token_opens_its_own_kind_on_its_own_site(member):
    key, token = issue(member, page=make_podcast())
    assert read(token) == key
    with pytest.raises(UnknownKey):
        read(token, kind=CALENDAR)
    elsewhere = Site.objects.create(hostname="other.example", root_page=the_site().root_page)
    with pytest.raises(UnknownKey):
        read(token, site=elsewhere)


@pytest.mark.parametrize("token", ["", "x", "a" * 22, "ü" * 22, "a" * 5000, "\ud800", "%00"])
def test_whatever_is_wrong_costs_the_same(member, token):
    _key, good = issue(member)
    site, counted = the_site(), []
    for one in (good, token):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            try:
                read(one, site=site)
            except UnknownKey:
                assert one != good
        counted.append(len(queries))
    assert counted == [1, 1]


def test_many_wrong_tokens_are_slowed_down_for_one_client_alone(member):
    _key, token = issue(member)
    for n in range(throttle.TRIES):
        with pytest.raises(UnknownKey):
            read(f"wrong{n}")
    with pytest.raises(TooManyTries):
        read("wrong once more")
    assert read(token)  # another member's app may sit behind the same address
    with pytest.raises(UnknownKey):
        read("wrong elsewhere", request=a_request("81.2.69.8"))
    assert not any(token in str(cache.get(name)) for name in cache.get_many(["feed-tries"]))


def test_a_rotated_key_takes_the_place_of_the_old_one(member):
    key, old = issue(member, page=make_podcast(), label="Phone")
    new, token = rotate_feed_key(key=key)
    assert (new.page_id, new.label, read(token)) == (key.page_id, "Phone", new)
    with pytest.raises(UnknownKey):
        read(old)
    with pytest.raises(UnknownKey):
        rotate_feed_key(key=key)


def test_all_of_a_members_keys_are_rotated_and_nobody_elses(member):
    own = [issue(member)[1] for _ in range(3)]
    others = issue(make_member())[1]
    fresh = [token for _key, token in rotate_feed_keys(in_use(site=the_site(), member=member))]
    assert all(read(token) for token in [*fresh, others])
    for token in own:
        with pytest.raises(UnknownKey):
            read(token)


def test_a_member_holds_so_many_keys_and_no_more(member):
    held = [issue(member)[0] for _ in range(MOST_KEYS)]
    with pytest.raises(TooManyKeys):
        issue(member)
    issue_feed_key(member=member, site=the_site(), kind=CALENDAR)
    revoke_feed_keys(FeedKey.objects.filter(pk=held[0].pk))
    assert issue(member)


def test_a_suspended_key_is_read_with_its_reason_and_not_gone_around(member):
    key, token = issue(member)
    suspend_feed_key(key=key, reason="Nine phones a day.")
    assert (read(token).is_suspended, read(token).reason) == (True, "Nine phones a day.")
    with pytest.raises(Suspended, match="Nine phones"):
        issue(member)
    with pytest.raises(Suspended):
        rotate_feed_key(key=key)
    assert rotate_feed_keys(in_use(site=the_site(), member=member)) == []
    forgive_feed_key(key=key)
    assert not read(token).is_suspended
    assert read(token).forgiven_at


def test_revoked_is_refused_and_stays_so(member):
    key, token = issue(member)
    assert revoke_feed_keys(in_use(site=the_site(), member=member)) == 1
    with pytest.raises(UnknownKey):
        read(token)
    forgive_feed_key(key=key)
    with pytest.raises(UnknownKey):
        read(token)


def test_who_may_not_sign_in_fetches_nothing(member):
    _key, token = issue(member)
    member.is_active = False
    member.save()
    for _ in range(throttle.TRIES + 1):  # their app goes on asking: no guess
        with pytest.raises(RevokedKey):
            read(token)
    with pytest.raises(UnknownKey):
        read("wrong")


def test_clients_are_told_apart_by_day_and_never_kept_as_addresses(member):
    key, _token = issue(member)
    for request in (
        a_request(),
        a_request(),
        a_request(app="AntennaPod/3.6.0"),
        a_request("81.2.69.9"),
        a_request(app="Overcast/3.0 (+http://overcast.fm/)"),
    ):
        count_visit(key=key, request=request)
    assert [(day.clients, day.times) for day in days_of([key.pk], days=2)] == [(0, 0), (3, 5)]
    kept = str(list(FeedVisit.objects.values()))
    assert "203.0.113" not in kept
    assert set(FeedVisit.objects.values_list("app", flat=True)) == {"AntennaPod", "Overcast"}
    key.refresh_from_db()
    assert key.fetched_at
    today = localdate()
    told = {"address": "81.2.69.7", "app": "AntennaPod"}
    tomorrow = today + timedelta(days=1)
    assert client_digest(key_id=key.pk, day=today, **told) != client_digest(
        key_id=key.pk, day=tomorrow, **told
    )


def at(hour):
    return localtime().replace(hour=hour) - timedelta(days=1)


def fetched(key, day):
    """Let clients fetch: for each hour of a day, who came as (address, app)."""
    for hour, clients in day.items():
        for address, app in clients:
            count_visit(key=key, request=a_request(address, app=f"{app}/1"), at=at(hour))
    [row] = evidence(FeedKey.objects.filter(pk=key.pk))
    return row


def test_a_phone_that_changes_its_address_all_day_is_one_client_at_a_time(member):
    key, _token = issue(member)
    home = ("81.2.69.7", "AntennaPod")
    day = {hour: [(f"203.0.113.{hour}", "AntennaPod")] for hour in range(24)}
    day[0], day[23] = [home], [home]
    row = fetched(key, day)
    assert (row.most, row.is_striking) == (2, False)
    assert FeedVisit.objects.filter(key=key).count() == 23


def test_a_household_is_no_leak_and_a_leak_is_one(member):
    key, _token = issue(member)
    home, work, away = "81.2.69.7", "89.160.20.112", "203.0.113.9"
    own = [(place, app) for place in (home, work, away) for app in ("Overcast", "Castro")]
    own += [(home, "Watch"), (away, "Watch"), (away, "Car"), (home, "gPodder"), (work, "gPodder")]
    row = fetched(key, {8: own, 20: own})
    assert (row.most, row.is_striking) == (11, False)
    shared = [(f"198.51.100.{n}", "Overcast") for n in range(12)]
    row = fetched(issue(member)[0], {9: shared[:6], 15: shared[6:], 18: shared[:6]})
    assert (row.most, row.is_striking) == (12, True)


def test_whoever_only_downloads_is_there_until_the_last_piece(member):
    key, _token = issue(member)
    for hour in (9, 11, 11, 10):
        note_client(key=key, request=a_request(), at=at(hour))
    assert FeedVisit.objects.values_list("since", "until", "times").get() == (9, 11, 1)


def test_evidence_is_forgotten_after_three_months(member):
    key, _token = issue(member)
    for age in (0, 89, 91):
        day = now().date() - timedelta(days=age)
        FeedVisit.objects.create(key=key, day=day, client="c" * 32)
    assert forget_visits() == 1


@pytest.mark.parametrize(
    "peer, forwarded, address",
    [
        ("81.2.69.7", "", "81.2.69.7"),
        ("81.2.69.7", "89.160.20.112", "81.2.69.7"),  # a stranger says whatever it likes
        ("127.0.0.1", "89.160.20.112, 81.2.69.7", "81.2.69.7"),
        ("10.0.0.2", "nonsense", "10.0.0.2"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        ("", "", ""),
    ],
)
def test_a_proxy_is_believed_and_a_stranger_is_not(peer, forwarded, address):
    assert address_of(a_request(peer, HTTP_X_FORWARDED_FOR=forwarded)) == address


@pytest.mark.parametrize(
    "proxies, address",
    [(0, "10.0.0.2"), (1, "10.1.1.1"), (2, "81.2.69.7"), (3, "89.160.20.112"), (9, "6.6.6.6")],
)
def test_so_many_proxies_are_believed_as_there_are(settings, proxies, address):
    settings.TRUSTED_PROXIES = proxies
    forwarded = "6.6.6.6, 89.160.20.112, 81.2.69.7, 10.1.1.1"
    assert address_of(a_request("10.0.0.2", HTTP_X_FORWARDED_FOR=forwarded)) == address


@pytest.mark.parametrize(
    "agent, app",
    [
        ("AntennaPod/3.5.0", "AntennaPod"),
        ("Apple Podcasts/3.1 CFNetwork", "Apple Podcasts"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
        ("A" * 500, "A" * 40),
    ],
)
def test_an_app_is_known_by_the_name_it_gives_itself(agent, app):
    assert app_of(a_request(app=agent)) == app
