"""What an editor changes is told once to who comes, and counted for calendars."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now
from wagtail.models import Site

from core.contract.errors import Cancelled
from core.jobs.models import Job
from core.notify.models import Notification
from pages.events import changes, services, telling
from pages.events.changes import follow, follow_all, sequence_of, tell_before_deleting
from pages.models import Attendance, Event
from tests.factories import make_event, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def awaited(event, member, other):
    """An event that is known, with one who comes and one who took their word back."""
    follow_all()
    services.take_place(event=event, member=member)
    services.take_place(event=event, member=other)
    services.give_back(event=event, member=other)
    return event


def number(event):
    return sequence_of(Event.objects.select_related("edition").get(pk=event.pk))[0]


def test_a_new_event_is_no_change(event, told):
    assert number(event) == 0
    follow_all()
    assert (number(event), told()) == (0, [])


def test_a_new_time_raises_the_number_and_is_told_to_who_comes(awaited, member, told, move):
    later = awaited.starts_at + timedelta(hours=2)
    move(awaited, starts_at=later, ends_at=later + timedelta(hours=1))
    assert number(awaited) == 1
    follow_all()
    follow_all()
    follow(event=awaited)
    assert (number(awaited), told()) == (1, [(member, "event_changed")])
    assert "(Europe/Berlin)" in Notification.objects.get().body


def test_a_second_move_is_told_again(awaited, told, move):
    for hours in (2, 3):
        move(awaited, ends_at=awaited.ends_at + timedelta(hours=hours))
        follow_all()
        assert len(told("event_changed")) == hours - 1
    assert number(awaited) == 2


def test_of_two_moves_before_anybody_was_told_the_last_is_told(awaited, member, told, move):
    for hours in (2, 3):
        move(awaited, ends_at=awaited.ends_at + timedelta(hours=hours))
        follow_all()
    assert told() == [(member, "event_changed")]


def test_a_cancellation_that_was_taken_back_at_once_is_not_told(awaited, member, told, move):
    for is_cancelled in (True, False):
        move(awaited, is_cancelled=is_cancelled)
        follow_all()
    assert told() == [(member, "event_changed")]


def test_many_are_told_a_few_at_a_time_and_each_once(event, told, monkeypatch, move):
    monkeypatch.setattr(telling, "BATCH", 2)
    follow_all()
    people = [make_member() for _ in range(5)]
    for person in people:
        services.take_place(event=event, member=person)
    move(event, is_cancelled=True)
    follow_all()
    assert Notification.objects.count() == 0  # whoever changed it does not wait for this
    job = Job.objects.get(kind=telling.TELL)
    news, breaths = telling.News(**job.payload), []

    def breathe():
        breaths.append(Notification.objects.count())
        if len(breaths) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        telling.tell(news, site=job.site, breathe=breathe)
    assert breaths == [0, 2]
    assert told() == [(person, "event_cancelled") for person in people]
    assert telling.tell(news, site=job.site) == 0


def test_a_click_costs_the_same_however_many_come(awaited, move, django_assert_max_num_queries):
    for _ in range(30):
        services.take_place(event=awaited, member=make_member())
    move(awaited, is_cancelled=True)
    with django_assert_max_num_queries(20):
        follow(event=awaited)


def test_a_new_title_is_followed_in_silence(awaited, told, move):
    move(awaited, title="Another name")
    follow_all()
    assert (number(awaited), told()) == (1, [])


def test_a_cancellation_is_told_with_its_reason(awaited, member, told, move):
    move(awaited, is_cancelled=True, cancel_note="Mara is ill; we meet a week later.")
    follow_all()
    assert told() == [(member, "event_cancelled")]
    assert Notification.objects.get().body == "Mara is ill; we meet a week later."
    move(awaited, is_cancelled=False)
    follow_all()
    assert told()[1:] == [(member, "event_changed")]
    assert "after all" in Notification.objects.get(kind="event_changed").title


def test_what_is_over_is_told_to_nobody(awaited, told, move):
    move(awaited, starts_at=now() - timedelta(hours=2), ends_at=now() - timedelta(hours=1))
    follow_all()
    follow(event=awaited)
    assert told() == []


def test_publishing_an_older_revision_does_not_take_the_number_back(awaited, move):
    old = awaited.save_revision()
    move(awaited, title="Another name")
    follow_all()
    old.publish()
    follow_all()
    assert number(awaited) == 2


def test_an_event_as_it_was_asks_for_nothing(awaited, coaching, django_assert_max_num_queries):
    for n in range(5):
        make_event(coaching, hours=50 + n)
    follow_all()
    with django_assert_max_num_queries(3):
        assert changes.follow_all() == 0


def test_room_that_an_editor_makes_is_given_to_who_waits(event, member, other, told, move):
    move(event, capacity=1)
    services.take_place(event=event, member=member)
    services.take_place(event=event, member=other)
    move(event, capacity=None)
    follow_all()
    assert Attendance.objects.get(member=other).state == "coming"
    assert told() == [(other, "place_free")]


def test_a_new_time_is_told_beside_an_event_that_stands_on_no_site(
    left_behind, awaited, member, told, move
):
    for one in (left_behind, awaited):
        move(one, ends_at=one.ends_at + timedelta(hours=1))
    follow_all()
    assert (follow(event=left_behind), told()) == (False, [(member, "event_changed")])
    Site.objects.filter(hostname="other.example").update(root_page=left_behind.get_parent())
    follow_all()
    assert len(told("event_changed")) == 3


def test_room_is_given_beside_an_event_that_stands_on_no_site(
    left_behind, event, member, other, told, move
):
    move(event, capacity=1)
    for person in (member, other):
        services.take_place(event=event, member=person)
    for one in (left_behind, event):
        move(one, capacity=2)
    follow_all()
    assert told() == [(other, "place_free")]
    assert services.fill(event=left_behind) == services.release(event=left_behind) == 0


def test_an_event_on_no_site_is_deleted_without_a_word(left_behind, told):
    assert tell_before_deleting([left_behind]) == 0
    assert told() == []
