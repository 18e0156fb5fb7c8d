"""An event's page has one thing to do, and keeps the room to itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils.timezone import now
from wagtail.models import Site

from core.access.services import may
from core.members.models import Member
from core.playback.entitlement import forget
from core.playback.services import grant
from pages.events import services
from pages.models import Coaching, Event, Home, Lesson
from pages.screens.coaching import PAST
from pages.screens.event import phase_of
from tests.core.conftest import indexed
from tests.factories import (
    add_page,
    make_asset,
    make_event,
    make_member,
    make_program,
    the_site,
    url_of,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ROOM = "meet.example"


def words(client, page):
    answer = client.get(url_of(page))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_event_is_told_in_the_members_time_zone_and_the_announced_one(coaching, signed_in):
    noon = datetime(2030, 1, 10, 12, tzinfo=UTC)
    event = add_page(
        coaching, Event(title="Noon", starts_at=noon, ends_at=noon + HOUR, timezone="Europe/London")
    )
    body = words(signed_in, event)
    assert "13:00–14:00" in body
    assert "12:00 in Europe/London" in body


def test_a_stranger_reads_the_announced_time(coaching):
    coaching.view_restrictions.all().delete()
    noon = datetime(2030, 1, 10, 12, tzinfo=UTC)
    event = add_page(
        coaching, Event(title="Noon", starts_at=noon, ends_at=noon + HOUR, timezone="Asia/Tokyo")
    )
    body = words(Client(), event)
    assert "21:00–22:00" in body
    assert "Sign in to come" in body


@pytest.mark.parametrize("who", ["stranger", "without a zone"])
def test_the_index_tells_announced_times_by_their_zones(coaching, member, client, who):
    coaching.view_restrictions.all().delete()
    if who == "without a zone":
        Member.objects.filter(pk=member.pk).update(timezone="")
        client.force_login(member)
    eve = datetime(2030, 1, 31, 20, tzinfo=UTC)
    for title, clock in (("First", "Asia/Tokyo"), ("Second", "America/New_York")):
        add_page(coaching, Event(title=title, starts_at=eve, ends_at=eve + HOUR, timezone=clock))
    body = words(client, coaching)
    assert "05:00–06:00 (Asia/Tokyo)" in body
    assert "15:00–16:00 (America/New York)" in body
    assert "20:00" not in body
    assert "Your time" not in body


def test_the_index_tells_a_member_their_own_times(coaching, signed_in):
    eve = datetime(2030, 1, 31, 20, tzinfo=UTC)
    for title in ("First", "Second"):
        add_page(
            coaching, Event(title=title, starts_at=eve, ends_at=eve + HOUR, timezone="Asia/Tokyo")
        )
    body = words(signed_in, coaching)
    assert (body.count("21:00–22:00"), body.count("(Asia/Tokyo)")) == (2, 0)
    assert "Your time (Europe/Berlin)" in body


@pytest.mark.parametrize(
    "hours, phase, act",
    [
        (5, "before", "I will come"),
        (0.2, "open", "Enter the room"),
        (-0.5, "live", "Join now"),
        (-3, "over", "This session is over"),
    ],
)
def test_an_event_has_one_action_that_changes_with_time(coaching, signed_in, hours, phase, act):
    event = make_event(coaching, hours=hours, join_url="https://meet.example/secret-room")
    assert phase_of(event, now()) == phase
    body = words(signed_in, event)
    acts = ("I will come", "Enter the room", "Join now", "Watch the replay", "session is over")
    assert act in body
    assert sum(one in body for one in acts) == 1
    assert ROOM not in body


def test_the_way_back_in_is_shown_for_half_an_hour(event, signed_in, move):
    ended = now() - timedelta(minutes=10)
    move(event, starts_at=ended - HOUR, ends_at=ended)
    assert "Go back in" in words(signed_in, event)
    assert signed_in.get(f"/events/{event.pk}/room/")["Location"] == event.join_url
    move(event, join_url="")
    assert "Go back in" not in words(signed_in, event)


def test_a_place_is_taken_and_given_back_on_the_page(event, signed_in, other, move):
    move(event, capacity=1)
    place = f"/events/{event.pk}/place/"
    assert "1 of 1 places free" in words(signed_in, event)
    assert signed_in.post(place)["Location"] == url_of(event)
    assert "You are coming" in words(signed_in, event)
    theirs = Client()
    theirs.force_login(other)
    assert "Join the waiting list" in words(theirs, event)
    theirs.post(place)
    assert "You are next on the waiting list" in words(theirs, event)
    signed_in.post(place, {"answer": "no"})
    assert "You are coming" in words(theirs, event)
    assert "Join the waiting list" in words(signed_in, event)


def test_the_room_is_reached_by_who_has_a_place_and_by_nobody_else(
    event, signed_in, member, other, move
):
    move(event, capacity=1, starts_at=now() + timedelta(minutes=10))
    services.take_place(event=event, member=member)
    gate = f"/events/{event.pk}/room/"
    entered = signed_in.get(gate)
    assert entered["Location"] == "https://meet.example/secret-room"
    assert (entered["Referrer-Policy"], "no-store" in entered["Cache-Control"]) == (
        "no-referrer",
        True,
    )
    theirs = Client()
    theirs.force_login(other)
    assert theirs.get(gate)["Location"] == url_of(event)
    assert "no place in this session" in words(theirs, event)
    assert "login" in Client().get(gate)["Location"]
    move(event, starts_at=now() + timedelta(minutes=16))
    assert signed_in.get(gate)["Location"] == url_of(event)


def test_nobody_takes_a_place_at_what_they_may_not_see(event, signed_in, other_site_event):
    for pk in (other_site_event.pk, 0):
        assert signed_in.post(f"/events/{pk}/place/").status_code == 404
        assert signed_in.get(f"/events/{pk}/room/").status_code == 404
    Event.objects.filter(pk=event.pk).update(live=False)
    assert signed_in.post(f"/events/{event.pk}/place/").status_code == 404


@pytest.mark.parametrize("who", ["stranger", "member", "boss"])
def test_nothing_of_another_sites_event_is_told(other_site_event, member, who):
    """Neither its calendar file nor what its player says."""
    client = Client()
    if who != "stranger":
        client.force_login(member if who == "member" else make_member(is_superuser=True))
    Event.objects.filter(pk=other_site_event.pk).update(replay=make_asset())
    for path in (f"/calendar/{other_site_event.pk}.ics", f"/player/{other_site_event.pk}/"):
        assert client.get(path).status_code == 404
        assert client.get(path, headers={"host": "other.example"}).status_code == 200


def test_a_calendar_file_is_only_read(event, signed_in):
    assert signed_in.post(f"/calendar/{event.pk}.ics").status_code == 405
    assert signed_in.get(f"/calendar/{event.pk}.ics").status_code == 200


@pytest.fixture
def other_site_event(site):
    tree = the_site().root_page.get_parent()
    root = tree.add_child(instance=Home(title="Other", slug="other"))
    Site.objects.create(hostname="other.example", root_page=root)
    return make_event(
        add_page(root, Coaching(title="Theirs")), hours=0.1, join_url="https://meet.example/x"
    )


def test_a_cancelled_event_says_so_and_why(event, signed_in, move):
    move(event, is_cancelled=True, cancel_note="Mara is ill.")
    body = words(signed_in, event)
    assert "This session was cancelled." in body
    assert "Mara is ill." in body
    assert "I will come" not in body


def test_worksheets_are_taken_along_through_the_gate(event, signed_in):
    sheet = make_asset(kind="file", title="One page")
    event.worksheets = [("file", {"asset": sheet, "title": "", "description": "Print it."})]
    event.save()
    body = words(signed_in, event)
    assert "One page" in body
    assert "Print it." in body


# --- replays ------------------------------------------------------------------------------


@pytest.fixture
def played(event, move):
    ended = now() - HOUR
    move(event, starts_at=ended - HOUR, ends_at=ended, replay=make_asset(title="The hour"))
    return indexed(event)


def test_a_replay_is_watched_until_its_day_and_the_gate_refuses_it_afterwards(
    played, signed_in, member, move
):
    site = the_site()
    move(played, replay_until=now() + HOUR)
    assert "Watch the replay" in words(signed_in, played)
    given = grant(member=member, asset=played.replay, site=site, page=played)
    assert given.refusal is None
    move(played, replay_until=now() - timedelta(seconds=1))
    forget()
    assert [why.code for why in may(member, played.replay, site=site, page=played).reasons] == [
        "expired"
    ]
    given = grant(member=member, asset=played.replay, site=site, page=played)
    assert (given.source, given.refusal.code) == (None, "expired")
    body = words(signed_in, played)
    assert "The replay could be watched until" in body
    assert "Watch the replay" not in body


def test_a_replay_put_in_place_early_opens_when_the_session_is_over(
    played, signed_in, member, move
):
    site, asked = the_site(), f"/player/{played.pk}/"
    move(played, ends_at=now() + HOUR)
    for page in (played, None):
        refused = may(member, played.replay, site=site, page=page).reasons
        assert [why.code for why in refused] == ["not_yet"]
    told = signed_in.get(asked).json()
    assert (told["state"], "token" in told, told["title"]) == ("locked", False, played.title)
    move(played, ends_at=now() - timedelta(seconds=1))
    assert signed_in.get(asked).json()["state"] == "ready"


def test_a_player_says_nothing_of_a_page_that_is_closed(played, coaching, client, move):
    told = client.get(f"/player/{played.pk}/").json()
    assert (told["state"], told["notice"]["title"]) == ("locked", "This is for members.")
    assert played.title not in str(told)
    move(played, expire_at=now() - timedelta(seconds=1))
    assert client.get(f"/player/{played.pk}/").status_code == 404


def test_the_gate_itself_closes_on_a_token_given_before(played, member, move, client):
    """The token outlives the replay; the gate asks again."""
    site = the_site()
    move(played, replay_until=now() + HOUR)
    given = grant(member=member, asset=played.replay, site=site, page=played)
    path = f"/p/{given.token}/{played.replay.pk}/master.m3u8"
    assert client.get(path).status_code != 403
    move(played, replay_until=now() - timedelta(seconds=1))
    forget()
    assert client.get(path).status_code == 403


def test_a_lesson_with_the_same_film_stays_open_and_opens_nothing_else(played, member, move):
    site = the_site()
    move(played, replay_until=now() - HOUR)
    lesson = make_program(films=False).get_descendants().type(Lesson).first().specific
    lesson.video = played.replay
    lesson.save()
    indexed(lesson)
    assert may(member, played.replay, site=site, page=lesson)
    assert may(member, played.replay, site=site)
    assert not may(member, played.replay, site=site, page=played)


def test_an_editor_still_sees_what_is_closed_to_members(played, move, client):
    boss = make_member(is_staff=True, is_superuser=True)
    move(played, replay_until=now() - HOUR)
    assert may(boss, played.replay, site=the_site(), page=played)
    client.force_login(boss)
    assert "Closed for members since" in words(client, played)


def test_no_card_offers_a_closed_replay(played, coaching, signed_in, move):
    body = words(signed_in, coaching)
    assert "Watch the replay" in body
    assert played.title in signed_in.get("/dashboard/").content.decode()
    move(played, replay_until=now() - HOUR)
    assert "The replay has closed" in words(signed_in, coaching)
    assert played.title not in signed_in.get("/dashboard/").content.decode()


def test_what_is_long_past_is_found_page_by_page(coaching, signed_in):
    events = [make_event(coaching, hours=-24 * n) for n in range(1, 2 * PAST + 2)]
    pages = {
        "": events[:PAST],
        "?past=2": events[PAST : 2 * PAST],
        "?past=3": events[2 * PAST :],
        "?past=9": [],
    }
    for query, shown in pages.items():
        body = signed_in.get(url_of(coaching) + query).content.decode()
        assert [one for one in events if f">{one.title}<" in body] == shown
        assert ("Older sessions" in body) == (query in ("", "?past=2"))
        assert ("Newer sessions" in body) == (query != "")
    for nonsense in ("0", "x", "-1", "99999999999", "²"):
        answer = signed_in.get(url_of(coaching), {"past": nonsense})
        assert f">{events[0].title}<" in answer.content.decode()


def test_the_index_goes_by_months_and_says_where_one_stands(coaching, signed_in, member, move):
    first, second = (make_event(coaching, hours=24 * n, capacity=3) for n in (1, 40))
    services.take_place(event=second, member=member)
    body = words(signed_in, coaching)
    assert f'<h3 class="month-name">{second.starts_at:%B %Y}</h3>' in body
    assert body.index(first.title) < body.index(second.title)
    assert "You are coming" in body
