"""Places are given once each, and what is given back goes to who waits longest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.utils.timezone import now

from core.members.models import Member
from pages.events import services
from pages.events.changes import follow_all
from pages.events.errors import CalledOff, NoPlace, NoRoom, NotYet, Over
from pages.events.queries import places_each, places_of
from pages.foundation import found_site
from pages.models import Attendance, Event
from tests.core.contract.conftest import garden
from tests.factories import close_to_all_but, make_coaching, make_event, make_member

__all__ = ["garden"]

COMING, WAITING, GONE = Attendance.State.values


@pytest.fixture
def small(coaching):
    return make_event(coaching, hours=48, capacity=1)


@pytest.mark.django_db
def test_without_a_limit_everybody_comes(event, member, other):
    assert services.take_place(event=event, member=member).state == COMING
    assert services.take_place(event=event, member=other).state == COMING
    assert places_of(event, member).left is None


@pytest.mark.django_db
def test_whoever_asks_after_the_last_place_waits(small, member, other):
    services.take_place(event=small, member=member)
    assert services.take_place(event=small, member=other).state == WAITING
    seen = places_of(small, other)
    assert (seen.coming, seen.waiting, seen.left, seen.turn) == (1, 1, 0, 1)


@pytest.mark.django_db
def test_asking_twice_changes_nothing(small, member, other):
    first = services.take_place(event=small, member=member)
    services.take_place(event=small, member=other)
    assert services.take_place(event=small, member=member).pk == first.pk
    assert services.take_place(event=small, member=other).state == WAITING
    assert Attendance.objects.count() == 2


@pytest.mark.django_db
def test_a_place_given_back_goes_to_who_waits_longest_and_they_are_told(small, member, other, told):
    third = make_member()
    for person in (member, other, third):
        services.take_place(event=small, member=person)
    services.give_back(event=small, member=member)
    states = dict(Attendance.objects.values_list("member", "state"))
    assert states == {member.pk: GONE, other.pk: COMING, third.pk: WAITING}
    assert told() == [(other, "place_free")]
    services.give_back(event=small, member=member)
    assert told() == [(other, "place_free")]


@pytest.mark.django_db
def test_who_left_and_comes_again_stands_at_the_end(small, member, other):
    third = make_member()
    for person in (member, other, third):
        services.take_place(event=small, member=person)
    services.give_back(event=small, member=other)
    services.take_place(event=small, member=other)
    assert [places_of(small, one).turn for one in (third, other)] == [1, 2]


@pytest.mark.django_db
def test_more_places_go_to_who_waits_before_whoever_asks_now(small, member, other, move):
    services.take_place(event=small, member=member)
    services.take_place(event=small, member=other)
    move(small, capacity=2)
    late = services.take_place(event=small, member=make_member())
    assert (late.state, Attendance.objects.get(member=other).state) == (WAITING, COMING)


@pytest.mark.django_db
def test_fewer_places_take_none_away(small, member, other, move):
    move(small, capacity=2)
    for person in (member, other):
        services.take_place(event=small, member=person)
    move(small, capacity=1)
    services.give_back(event=small, member=make_member())
    assert Attendance.objects.filter(state=COMING).count() == 2


@pytest.mark.django_db
def test_nobody_comes_to_what_is_over_or_cancelled(event, member, move):
    move(event, is_cancelled=True)
    with pytest.raises(CalledOff):
        services.take_place(event=event, member=member)
    past = now() - timedelta(hours=3)
    move(event, is_cancelled=False, starts_at=past, ends_at=past + timedelta(hours=1))
    with pytest.raises(Over):
        services.take_place(event=event, member=member)


@pytest.mark.django_db
def test_the_room_opens_a_quarter_of_an_hour_before(event, member, move):
    with pytest.raises(NotYet):
        services.enter(event=event, member=member)
    move(event, starts_at=now() + timedelta(minutes=15, seconds=2))
    with pytest.raises(NotYet):
        services.enter(event=event, member=member)
    move(event, starts_at=now() + timedelta(minutes=14, seconds=58))
    assert services.enter(event=event, member=member) == "https://meet.example/secret-room"
    row = Attendance.objects.get(member=member)
    assert row.state == COMING
    assert row.joined_at is not None


@pytest.mark.django_db
def test_only_who_has_a_place_goes_in(small, member, other, move):
    services.take_place(event=small, member=member)
    services.take_place(event=small, member=other)
    move(small, starts_at=now(), join_url="https://meet.example/x")
    with pytest.raises(NoPlace):
        services.enter(event=small, member=other)
    assert services.enter(event=small, member=member) == "https://meet.example/x"
    move(small, join_url="")
    with pytest.raises(NoRoom):
        services.enter(event=small, member=member)


@pytest.mark.django_db
def test_who_may_come_gets_back_into_a_session_that_takes_longer(small, member, other, move):
    services.take_place(event=small, member=member)
    ended = now() - timedelta(minutes=29)
    move(small, starts_at=ended - timedelta(hours=1), ends_at=ended, join_url="https://m.example/x")
    assert services.enter(event=small, member=member) == "https://m.example/x"
    with pytest.raises(NoPlace):
        services.enter(event=small, member=other)
    with pytest.raises(Over):
        services.take_place(event=small, member=other)
    move(small, ends_at=now() - timedelta(minutes=30))
    with pytest.raises(Over):
        services.enter(event=small, member=member)
    move(small, ends_at=ended, is_cancelled=True)
    with pytest.raises(CalledOff):
        services.enter(event=small, member=member)


@pytest.fixture
def tier(small, coaching):
    """Only members of a group may come."""
    coaching.view_restrictions.all().delete()
    group = Group.objects.create(name="Diamond")
    close_to_all_but(coaching, group)
    return group


def states(event):
    return list(
        Attendance.objects.filter(event=event).order_by("pk").values_list("state", flat=True)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["left the tier", "closed their account"])
def test_who_may_not_come_any_more_is_passed_over(small, tier, member, other, told, why):
    third = make_member()
    for person in (member, other, third):
        person.groups.add(tier)
        services.take_place(event=small, member=person)
    if why == "left the tier":
        other.groups.clear()
    else:
        Member.objects.filter(pk=other.pk).update(is_active=False)
    services.give_back(event=small, member=member)
    assert states(small) == [GONE, GONE, COMING]
    assert told() == [(third, "place_free")]


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["left the tier", "closed their account"])
def test_a_place_that_ran_out_goes_to_who_waits(small, tier, member, other, told, why):
    for person in (member, other):
        person.groups.add(tier)
        services.take_place(event=small, member=person)
    follow_all()
    assert states(small) == [COMING, WAITING]
    if why == "left the tier":
        member.groups.clear()
    else:
        Member.objects.filter(pk=member.pk).update(is_active=False)
    follow_all()
    assert states(small) == [GONE, COMING]
    assert told() == [(other, "place_free")]


@pytest.mark.django_db
def test_nobody_loses_a_place_because_a_plugin_breaks(small, tier, member, other, garden):
    for person in (member, other):
        person.groups.add(tier)
        services.take_place(event=small, member=person)
    garden.plant("bad", "@hookimpl\ndef refusals(member):\n    raise RuntimeError\n")
    follow_all()
    services.give_back(event=small, member=make_member())
    assert states(small) == [COMING, WAITING]
    services.give_back(event=small, member=member)
    assert states(small) == [GONE, WAITING]


@pytest.mark.django_db
def test_places_of_many_events_cost_one_query(coaching, member, other, django_assert_num_queries):
    events = [make_event(coaching, hours=n + 1, capacity=2) for n in range(30)]
    services.take_place(event=events[3], member=member)
    services.take_place(event=events[3], member=other)
    with django_assert_num_queries(1):
        found = places_each(events, member)
    assert (found[events[3].pk].is_coming, found[events[3].pk].is_full) == (True, True)
    assert (found[events[4].pk].mine, found[events[4].pk].left) == ("", 2)


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_get_exactly_ten_places():
    found_site()
    event = make_event(make_coaching(upcoming=0, past=0), hours=48, capacity=10)
    people = [make_member() for _ in range(200)]

    def ask(person):
        try:
            return services.take_place(event=Event.objects.get(pk=event.pk), member=person).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(ask, people))
    assert (answers.count(COMING), answers.count(WAITING)) == (10, 190)
    rows = Attendance.objects.filter(event=event)
    assert (rows.filter(state=COMING).count(), rows.filter(state=WAITING).count()) == (10, 190)

    def leave(row):
        try:
            services.give_back(event=event, member=row.member)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as crowd:
        list(crowd.map(leave, rows.filter(state=COMING).select_related("member")))
    states = list(rows.values_list("state", flat=True))
    assert [states.count(state) for state in (COMING, WAITING, GONE)] == [10, 180, 10]
