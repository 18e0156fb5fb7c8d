"""What a calendar is given, read by a library that did not write it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import vobject
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.access.feeds.models import FeedKey, FeedVisit
from core.access.feeds.services import issue_feed_key, suspend_feed_key
from pages.events import services
from pages.events.changes import follow_all, sequence_of
from pages.models import Event
from pages.screens import calendars
from tests.factories import add_page, close_to_all_but, make_event, url_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def address(member, site):
    _key, token = issue_feed_key(member=member, site=site, kind="calendar")
    return f"/feeds/{token}/calendar.ics"


@pytest.fixture
def read(address):
    """Fetch the feed as a calendar does, without a session; return its entries by title."""

    def do():
        answer = Client().get(address)
        assert answer.status_code == 200
        found = vobject.readOne(answer.content.decode())
        return {one.summary.value: one for one in found.contents.get("vevent", [])}

    return do


def test_the_feed_has_what_its_member_may_come_to(read, coaching, event):
    close_to_all_but(event, Group.objects.create(name="Diamond"))
    make_event(coaching, hours=72)
    make_event(coaching, hours=-24 * 91)
    make_event(coaching, hours=-24)
    assert sorted(read()) == ["Session -24", "Session 72"]


def test_what_is_taken_away_is_gone_from_the_next_fetch(read, coaching, event):
    assert list(read()) == [event.title]
    close_to_all_but(coaching, Group.objects.create(name="Diamond"))
    assert read() == {}


def test_an_entry_keeps_its_name_and_counts_its_changes(read, event, move):
    follow_all()
    first = read()[event.title]
    assert (first.sequence.value, first.status.value) == ("0", "CONFIRMED")
    later = event.starts_at + 3 * HOUR
    move(event, starts_at=later, ends_at=later + HOUR)
    at_once = read()[event.title]
    follow_all()
    followed = read()[event.title]
    for entry in (at_once, followed):
        assert (entry.uid.value, entry.sequence.value) == (first.uid.value, "1")
        assert entry.dtstart.value.astimezone(UTC) == later.replace(microsecond=0)


def test_a_cancelled_session_is_told_as_cancelled(read, event, move):
    follow_all()
    move(event, is_cancelled=True, cancel_note="Next week instead.")
    follow_all()
    entry = read()[event.title]
    assert (entry.status.value, entry.sequence.value) == ("CANCELLED", "1")
    assert entry.description.value.startswith("Next week instead.")
    assert "conference" not in entry.contents


@pytest.mark.parametrize(
    "at, offset",
    [
        (datetime(2027, 3, 27, 17, tzinfo=UTC), 1),  # the evening before the clocks go forward
        (datetime(2027, 3, 28, 16, tzinfo=UTC), 2),
        (datetime(2027, 10, 30, 16, tzinfo=UTC), 2),  # the evening before they go back
        (datetime(2027, 10, 31, 17, tzinfo=UTC), 1),
    ],
)
def test_six_in_the_evening_stays_six_when_the_clocks_change(read, coaching, at, offset):
    session = Event(
        title="Six", starts_at=at, ends_at=at + HOUR, timezone="Europe/Berlin", slug="six"
    )
    add_page(coaching, session)
    found = read()["Six"].dtstart
    assert found.value.hour == 18
    assert found.value.utcoffset() == timedelta(hours=offset)  # by the feed's own VTIMEZONE
    assert found.value.astimezone(UTC) == at


@pytest.mark.parametrize(
    "at, offset",
    [
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), 1),  # half an hour before, and after
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), 2),
        (datetime(2027, 10, 30, 23, 30, tzinfo=UTC), 2),
        (datetime(2027, 10, 31, 2, 30, tzinfo=UTC), 1),
    ],
)
def test_the_clocks_change_in_the_calendar_at_their_very_hour(read, coaching, at, offset):
    night = Event(
        title="Night", starts_at=at, ends_at=at + HOUR, timezone="Europe/Berlin", slug="night"
    )
    add_page(coaching, night)
    found = read()["Night"].dtstart.value
    assert (found.utcoffset(), found.astimezone(UTC)) == (timedelta(hours=offset), at)


def test_the_rooms_address_stands_in_no_calendar(read, address, signed_in, event, member, move):
    move(event, capacity=1)
    assert "conference" not in read()[event.title].contents
    services.take_place(event=event, member=member)
    gate = f"http://testserver/events/{event.pk}/room/"
    assert read()[event.title].conference.value == gate
    for path in (address, f"/calendar/{event.pk}.ics"):
        assert b"meet.example" not in signed_in.get(path).content
    assert Client().get(urlsplit(gate).path).status_code == 302


def test_who_waits_is_not_shown_as_certain(read, event, member, other, move):
    move(event, capacity=1)
    services.take_place(event=event, member=other)
    services.take_place(event=event, member=member)
    entry = read()[event.title]
    assert (entry.status.value, entry.transp.value) == ("TENTATIVE", "TRANSPARENT")
    assert "conference" not in entry.contents


def test_a_file_of_one_event_says_what_its_page_says(signed_in, event, move):
    move(event, summary="Bring a pen, paper; and time.")
    answer = signed_in.get(f"/calendar/{event.pk}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    entry = vobject.readOne(answer.content.decode()).vevent
    assert entry.dtstart.value.astimezone(UTC) == event.starts_at.replace(microsecond=0)
    assert "Bring a pen, paper; and time." in entry.description.value
    assert entry.url.value == f"http://testserver{url_of(event)}"


def test_lines_are_folded_and_ended_as_the_format_asks(signed_in, event, move):
    move(event, title="ü" * 120)
    text = signed_in.get(f"/calendar/{event.pk}.ics").content
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")


def test_nobody_reads_a_file_of_what_they_may_not_see(event, signed_in, coaching):
    assert Client().get(f"/calendar/{event.pk}.ics").status_code == 404
    close_to_all_but(coaching, Group.objects.create(name="Diamond"))
    assert signed_in.get(f"/calendar/{event.pk}.ics").status_code == 404


def test_what_comes_next_is_in_the_feed_however_much_there_was(read, coaching, monkeypatch):
    monkeypatch.setattr(calendars, "MOST", 3)
    for hours in (-4, -3, -2, -1, 24):
        make_event(coaching, hours=hours, minutes=30)
    assert list(read()) == ["Session -2", "Session -1", "Session 24"]
    for hours in (48, 72, 96):
        make_event(coaching, hours=hours)
    assert list(read()) == ["Session 24", "Session 48", "Session 72"]


def test_the_feed_is_fetched_again_only_when_it_changed(address, event, move):
    first = Client().get(address)
    kept = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    assert Client().get(address, **kept).status_code == 304
    move(event, title="Another")
    assert Client().get(address, **kept).status_code == 200
    assert FeedVisit.objects.get().times == 3


def test_nothing_changes_by_being_looked_at(event, move):
    assert sequence_of(event) == sequence_of(event)
    move(event)
    follow_all()
    changed = Event.objects.get(pk=event.pk)
    changed.title = "Another, not followed yet"
    assert sequence_of(changed) == sequence_of(changed)


def test_wrong_ended_and_foreign_addresses_open_nothing(address, member, site, event):
    assert Client().get("/feeds/wrong/calendar.ics").status_code == 404
    _key, podcast = issue_feed_key(member=member, site=site, kind="podcast")
    assert Client().get(f"/feeds/{podcast}/calendar.ics").status_code == 404
    member.is_active = False
    member.save()
    assert Client().get(address).status_code == 410


def test_a_paused_address_says_so_and_shows_nothing(address, event):
    suspend_feed_key(key=FeedKey.objects.get(), reason="Shared widely.")
    text = Client().get(address).content.decode()
    assert "(paused)" in text
    assert "VEVENT" not in text


def queries_of(address):
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(address).status_code == 200
    return len(asked)


def test_the_feed_asks_as_often_for_one_event_as_for_thirty(address, coaching, event):
    queries_of(address)
    few = queries_of(address)
    for n in range(29):
        make_event(coaching, hours=n + 1, capacity=n + 1)
    assert queries_of(address) == few <= 9


def test_a_member_makes_an_address_once_sees_it_once_and_ends_it(signed_in, event, other):
    assert b"Make my calendar address" in signed_in.get("/calendar/").content
    made = signed_in.post("/calendar/", follow=True).content.decode()
    whole = made.partition('id="calendar-address"')[2].partition('value="')[2].partition('"')[0]
    assert whole.startswith("http://testserver/feeds/")
    assert f'href="webcal://{whole.removeprefix("http://")}"' in made
    assert '<svg class="qr"' in made
    path = urlsplit(whole).path
    again = signed_in.get("/calendar/").content.decode()
    assert whole not in again
    assert 'aria-label="Remove address 1, made on ' in again
    assert event.title.encode() in Client().get(path).content
    key = FeedKey.objects.get()
    stranger = Client()
    stranger.force_login(other)
    assert stranger.post(f"/calendar/{key.pk}/forget/").status_code == 404
    assert signed_in.post(f"/calendar/{key.pk}/forget/").status_code == 302
    assert Client().get(path).status_code == 410


def test_more_addresses_than_anybody_needs_are_refused_in_words(signed_in):
    for _ in range(5):
        signed_in.post("/calendar/")
    assert "enough apps" in signed_in.post("/calendar/", follow=True).content.decode()
    assert FeedKey.objects.count() == 5
