"""Reminders and word of replays: to who comes, once, while it is of use."""

from __future__ import annotations

import gc
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.contract import ask
from core.jobs.models import Job
from core.jobs.services import enqueue, run_now
from core.notify.models import Delivery, Notification
from core.progress.models import Completion
from pages.events import reminders, services
from pages.events.reminders import remind
from pages.models import Attendance
from tests.factories import close_to_all_but, make_asset, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def awaited(event, member, move):
    services.take_place(event=event, member=member)
    Attendance.objects.update(asked_at=now() - timedelta(days=9))
    return event


def begin_in(move, event, **left):
    starts = now() + timedelta(**left)
    return move(event, starts_at=starts, ends_at=starts + timedelta(hours=1))


def titles():
    return [one.title for one in Notification.objects.order_by("created_at")]


def test_the_day_before_and_at_the_doors_each_once(awaited, move):
    begin_in(move, awaited, hours=25)
    assert remind() == 0
    begin_in(move, awaited, hours=23)
    assert [remind(), remind()] == [1, 0]
    begin_in(move, awaited, minutes=60)
    assert remind() == 0
    begin_in(move, awaited, minutes=14)
    assert [remind(), remind()] == [1, 0]
    assert titles() == [
        f"“{awaited.title}” is coming up",
        f"“{awaited.title}” starts in a few minutes",
    ]


def test_whoever_asked_today_is_not_told_that_it_is_tomorrow(awaited, move):
    Attendance.objects.update(asked_at=now())
    begin_in(move, awaited, hours=23)
    assert remind() == 0


def test_a_moved_session_is_reminded_of_anew(awaited, move):
    begin_in(move, awaited, minutes=14)
    remind()
    begin_in(move, awaited, minutes=10)
    assert remind() == 1


def test_a_reminder_is_not_sent_once_the_session_has_begun(awaited, move):
    begin_in(move, awaited, minutes=14)
    remind()
    Notification.objects.update(until=now() - timedelta(seconds=1))
    for job in Job.objects.filter(kind="notify.deliver"):
        run_now(job)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}


def test_who_waits_left_or_may_not_come_any_more_is_not_reminded(
    awaited, coaching, member, other, move
):
    begin_in(move, awaited, minutes=14)
    Attendance.objects.update(state="waiting")
    assert remind() == 0
    Attendance.objects.update(state="gone")
    assert remind() == 0
    Attendance.objects.update(state="coming")
    close_to_all_but(coaching, Group.objects.create(name="Diamond"))
    assert remind() == 0


def test_nobody_is_reminded_of_what_is_cancelled_or_not_published(awaited, move):
    begin_in(move, awaited, minutes=14)
    move(awaited, is_cancelled=True)
    assert remind() == 0
    move(awaited, is_cancelled=False, live=False)
    assert remind() == 0


def test_times_are_of_the_members_own_clock(awaited, member, other, move):
    services.take_place(event=awaited, member=other)
    Attendance.objects.update(asked_at=now() - timedelta(days=9))
    begin_in(move, awaited, hours=23)
    remind()
    told = {one.member_id: one.body for one in Notification.objects.all()}
    assert "(Europe/Berlin)" in told[member.pk]
    assert "(America/New York)" in told[other.pk]


@pytest.fixture
def played(awaited, move):
    film = make_asset(title="The hour")
    ended = now() - timedelta(hours=2)
    return move(awaited, starts_at=ended - timedelta(hours=1), ends_at=ended, replay=film)


def test_a_replay_is_told_once_it_can_be_played(played, told, member):
    type(played.replay).objects.update(playable_at=None)
    assert remind() == 0
    type(played.replay).objects.update(playable_at=now())
    assert [remind(), remind()] == [1, 0]
    assert told() == [(member, "replay_ready")]


def test_a_replay_that_goes_is_told_three_days_before(played, told, member, move):
    remind()
    move(played, replay_until=now() + timedelta(days=3, minutes=1))
    assert remind() == 0
    move(played, replay_until=now() + timedelta(days=2, hours=23))
    assert [remind(), remind()] == [1, 0]
    assert told("replay_expiring") == [(member, "replay_expiring")]
    move(played, replay_until=now() - timedelta(minutes=1))
    assert remind() == 0


def test_who_hears_that_it_is_there_is_not_hurried_at_once(played, told, member, move):
    move(played, replay_until=now() + timedelta(days=2))
    assert [remind(), remind()] == [1, 0]
    assert told() == [(member, "replay_ready")]
    move(played, replay_until=now() + timedelta(days=1))  # that is news
    assert [remind(), remind()] == [1, 0]


def test_who_has_watched_it_is_not_hurried(played, member, move):
    remind()
    Completion.objects.create(member=member, page=played, cause=Completion.Cause.WATCHED)
    move(played, replay_until=now() + timedelta(days=2))
    assert remind() == 0


def test_all_this_happens_each_minute_in_one_job(awaited, told, member, move):
    begin_in(move, awaited, minutes=14)
    assert "events.follow" in {schedule.kind for schedule in ask("schedules")}
    for _ in range(2):
        job = run_now(enqueue(kind="events.follow"))
        assert (job.state, job.error) == ("succeeded", "")
    assert told("event_reminder") == [(member, "event_reminder")]


def test_who_comes_is_reminded_beside_an_event_that_stands_on_no_site(
    left_behind, awaited, told, member, move
):
    for one in (left_behind, awaited):
        begin_in(move, one, minutes=14)
    job = run_now(enqueue(kind="events.follow"))
    assert (job.state, job.error) == ("succeeded", "")
    assert told("event_reminder") == [(member, "event_reminder")]


def test_reminders_are_looked_for_at_the_same_cost_however_many_were_told(
    awaited, move, django_assert_num_queries
):
    begin_in(move, awaited, minutes=14)
    remind()
    with django_assert_num_queries(4):
        remind()


def test_thousands_are_told_a_few_at_a_time(awaited, move, monkeypatch):
    """A few in memory and a query for these, however many there are."""
    begin_in(move, awaited, minutes=14)
    monkeypatch.setattr(reminders, "AT_ONCE", 3)
    for _ in range(12):
        services.take_place(event=awaited, member=make_member())
    held = []

    def breathe():
        held.append(sum(type(one) is Attendance for one in gc.get_objects()))

    with CaptureQueriesContext(connection) as asked:
        assert remind(breathe=breathe) == 13
    people = [one["sql"] for one in asked if 'FROM "pages_attendance"' in one["sql"]]
    assert (len(people), all(sql.endswith("LIMIT 3") for sql in people)) == (5, True)
    assert (len(held), max(held) <= 6) == (13, True)
    assert remind() == 0
