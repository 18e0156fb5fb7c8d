"""The bell, the list, and what one chooses to hear of."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.notify import queries, services
from core.notify.models import Notification, Preference
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell(member, site):
    def do(number=1, **fields):
        first = {"kind": "replay_ready", "key": f"k{number}", "title": f"News {number}"}
        told = services.notify(
            **{"member": member, "site": site, "url": "/coaching/", **first, **fields}
        )
        assert told is not None
        return told

    return do


def count_on(client, path="/dashboard/"):
    body = client.get(path).content.decode()
    return body.partition('data-bell-unread-value="')[2].partition('"')[0]


def test_every_page_says_how_much_is_new(world, signed_in, tell):
    assert count_on(signed_in) == "0"
    told = tell()
    tell(2)
    assert count_on(signed_in) == "2"
    assert count_on(signed_in, "/search/") == "2"
    signed_in.post(f"/notifications/{told.pk}/read/")
    assert count_on(signed_in) == "1"


def test_the_bell_costs_no_query(world, signed_in, tell):
    def queries_of_dashboard():
        signed_in.get("/dashboard/")
        with CaptureQueriesContext(connection) as asked:
            signed_in.get("/dashboard/")
        return [one["sql"] for one in asked if one["sql"].startswith("SELECT")]

    before = queries_of_dashboard()
    for number in range(30):
        tell(number)
    assert len(queries_of_dashboard()) == len(before) <= 12
    assert sum("core_notification" in sql for sql in before) == 1


def test_the_bell_counts_on_a_site_without_pages(site, signed_in, tell):
    tell()
    assert count_on(signed_in) == "1"


def test_the_popover_shows_the_newest_and_counts(world, signed_in, tell):
    assert "Nothing to tell you yet." in signed_in.get("/notifications/bell/").content.decode()
    for number in range(10):
        tell(number)
    body = signed_in.get("/notifications/bell/").content.decode()
    assert 'data-unread="10"' in body
    assert body.count("notice-row") == 8
    assert "News 9" in body
    assert "News 1<" not in body


def test_reading_one_leads_to_what_it_is_about(world, signed_in, tell):
    told = tell()
    assert signed_in.post(f"/notifications/{told.pk}/read/")["Location"] == "/coaching/"
    told.refresh_from_db()
    assert told.read_at is not None


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_reading_leads_nowhere_else(world, signed_in, tell, url):
    told = tell(url=url)
    assert signed_in.post(f"/notifications/{told.pk}/read/")["Location"] == "/notifications/"


def test_nobody_reads_anothers(world, tell):
    told = tell()
    stranger = Client()
    stranger.force_login(make_member())
    assert stranger.post(f"/notifications/{told.pk}/read/").status_code == 404
    assert "News 1" not in stranger.get("/notifications/").content.decode()
    assert Notification.objects.get().read_at is None


def test_all_are_read_at_once(world, signed_in, tell):
    tell()
    tell(2)
    assert signed_in.post("/notifications/read/")["Location"] == "/notifications/"
    assert count_on(signed_in) == "0"
    tell(3)
    script = signed_in.post("/notifications/read/", headers={"X-Requested-With": "fetch"})
    assert (script.status_code, count_on(signed_in)) == (204, "0")


def list_queries(client):
    client.get("/notifications/")
    with CaptureQueriesContext(connection) as asked:
        body = client.get("/notifications/").content.decode()
    return len(asked), body.count("notice-row")


def test_the_list_costs_the_same_for_one_as_for_thirty(world, signed_in, tell):
    tell()
    few, one = list_queries(signed_in)
    for number in range(2, 41):
        tell(number)
    many, thirty = list_queries(signed_in)
    assert (one, thirty) == (1, 30)
    assert few == many <= 12
    assert "News 1<" in signed_in.get("/notifications/?page=2").content.decode()


def test_what_reaches_one_is_chosen_by_switches(world, member, signed_in):
    body = signed_in.get("/account/notifications/").content.decode()
    assert 'name="replay_ready:email" checked' in body
    assert "media_failed" not in body
    signed_in.post("/account/notifications/", {"event_reminder:email": "on"})
    kinds = queries.kinds()
    assert queries.wanted(member, kinds["event_reminder"]) == {"email"}
    assert queries.wanted(member, kinds["replay_ready"]) == set()
    assert not Preference.objects.filter(kind="media_failed").exists()


def test_editors_choose_about_their_films_too(world):
    boss = Client()
    boss.force_login(make_member(is_staff=True, is_superuser=True))
    assert 'name="media_failed:email"' in boss.get("/account/notifications/").content.decode()


def test_a_mails_link_switches_off_by_a_post_and_only_by_a_post(world, member):
    token = services.off_token(member=member, kind="replay_ready", channel="email")
    program = Client(enforce_csrf_checks=True)  # a mail program has neither session nor form
    link = f"/notifications/off/{token}/"
    assert "One click" in program.get(link).content.decode()
    kind = queries.kinds()["replay_ready"]
    assert "email" in queries.wanted(member, kind)
    answer = program.post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert queries.wanted(member, kind) == {"in_app"}
    program.post(link, {"undo": "yes"})
    assert queries.wanted(member, kind) == {"in_app", "email"}


def test_a_link_that_was_tampered_with_is_not_there(world, member):
    token = services.off_token(member=member, kind="replay_ready", channel="email")
    assert Client().post(f"/notifications/off/{token}x/").status_code == 404
    nothing = services.off_token(member=member, kind="no_such_kind", channel="email")
    assert Client().post(f"/notifications/off/{nothing}/").status_code == 404
