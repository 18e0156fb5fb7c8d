"""Editors set times of the announced zone, and see who comes."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import now, override
from wagtail.models import Revision
from wagtail.users.models import UserProfile

from core.jobs.models import Job
from core.jobs.services import run_now
from pages.admin.events.attendance import safe
from pages.admin.events.forms import meant
from pages.events import services
from pages.events.changes import FOLLOW, follow_all
from pages.events.telling import TELL
from pages.middleware import zone
from pages.models import Attendance, Event
from tests.factories import make_asset, make_coaching, make_event, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(db):
    return make_event(make_coaching(upcoming=0, past=0), hours=48, timezone="Europe/Berlin")


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@SUM", "\tx", "\r=x", "\n=x"])
def test_no_cell_is_taken_for_a_formula(cell):
    assert safe(cell) == f"'{cell}"
    assert safe("Ines = Paul") == "Ines = Paul"


def test_the_list_is_a_file_that_is_safe_to_open(admin_client, event):
    services.take_place(event=event, member=make_member(name="=HYPERLINK(1)"))
    services.take_place(event=event, member=make_member(name="Ines, the first"))
    answer = admin_client.get(f"/admin/attendance/{event.pk}/list.csv")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(1)", "Ines, the first"]
    assert [row[2] for row in rows[1:]] == ["Coming", "Coming"]
    assert rows[1][4] == ""


def test_the_list_shows_who_comes_waits_and_went_in(admin_client, event):
    people = [make_member(name=name) for name in ("Ann", "Bo", "Cy")]
    for person in people:
        services.take_place(event=event, member=person)
    Attendance.objects.filter(member=people[0]).update(joined_at=now())
    services.give_back(event=event, member=people[2])
    body = admin_client.get(f"/admin/attendance/{event.pk}/").content.decode()
    assert [name in body for name in ("Ann", "Bo", "Cy")] == [True, True, False]


def test_the_list_costs_the_same_for_one_as_for_thirty(
    admin_client, event, django_assert_max_num_queries
):
    for n in range(30):
        services.take_place(event=event, member=make_member(name=f"Nr {n}"))
    admin_client.get(f"/admin/attendance/{event.pk}/")
    with django_assert_max_num_queries(30) as thirty:
        admin_client.get(f"/admin/attendance/{event.pk}/")
    Attendance.objects.exclude(pk=Attendance.objects.first().pk).delete()
    with django_assert_max_num_queries(30) as one:
        admin_client.get(f"/admin/attendance/{event.pk}/")
    assert len(one) == len(thirty)


def test_members_do_not_see_the_list(client, event):
    client.force_login(make_member())
    for path in (f"/admin/attendance/{event.pk}/", f"/admin/attendance/{event.pk}/list.csv"):
        assert client.get(path).status_code == 302


def told_to(member):
    """Return what somebody was told once all jobs have run."""
    for kind in (FOLLOW, TELL):
        for job in Job.objects.filter(kind=kind, state=Job.State.QUEUED):
            assert run_now(job).state == Job.State.SUCCEEDED
    return list(member.notifications.order_by("created_at").values_list("kind", flat=True))


@pytest.fixture
def told(event):
    """One comes; returns what they were told."""
    member = make_member()
    follow_all()
    services.take_place(event=event, member=member)
    return partial(told_to, member)


WITHDRAWN = (
    "unpublish",
    "delete",
    "bulk/wagtailcore/page/unpublish",
    "bulk/wagtailcore/page/delete",
)


@pytest.mark.parametrize("above", [False, True])
@pytest.mark.parametrize("how", WITHDRAWN)
def test_what_is_unpublished_or_deleted_is_cancelled_for_who_comes(
    admin_client, event, told, how, above
):
    page = event.get_parent() if above else event
    fields = {"include_descendants": "on"} if "unpublish" in how else {}
    url = f"/admin/{how}/?id={page.pk}" if "bulk" in how else f"/admin/pages/{page.pk}/{how}/"
    if "delete" in how:
        assert admin_client.get(url).status_code == 200
        assert told() == []
    assert admin_client.post(url, fields).status_code == 302
    assert not Event.objects.filter(pk=event.pk, live=True).exists()
    assert told() == ["event_cancelled"]
    follow_all()
    assert told() == ["event_cancelled"]


def test_what_is_deleted_after_it_was_withdrawn_is_told_once(admin_client, event, told):
    admin_client.post(f"/admin/pages/{event.pk}/unpublish/")
    follow_all()
    admin_client.post(f"/admin/pages/{event.pk}/delete/")
    assert told() == ["event_cancelled"]


def test_nothing_is_told_of_a_deletion_that_was_not_confirmed(admin_client, event, told, settings):
    settings.WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 1
    url = f"/admin/pages/{event.pk}/delete/"
    assert admin_client.post(url, {"confirm_site_name": "?"}).status_code == 200
    assert told() == []
    admin_client.post(url, {"confirm_site_name": settings.WAGTAIL_SITE_NAME})
    assert told() == ["event_cancelled"]


def test_an_event_that_expires_is_cancelled_and_takes_place_again(event, told):
    Event.objects.filter(pk=event.pk).update(expire_at=now())
    call_command("publish_scheduled", verbosity=0)
    follow_all()
    assert told() == ["event_cancelled"]
    Event.objects.get(pk=event.pk).save_revision().publish()
    follow_all()
    assert told() == ["event_cancelled", "event_changed"]
    assert Event.objects.get(pk=event.pk).edition.sequence == 2


def posted(event, **fields):
    first = {
        "title": event.title,
        "slug": event.slug,
        "timezone": "Europe/Berlin",
        "starts_at": "2027-03-29 18:00",
        "ends_at": "2027-03-29 19:00",
        "worksheets-count": "0",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }
    return first | fields


def test_six_is_six_where_it_is_announced_wherever_the_editor_sits(admin_client, event):
    with override("America/New_York"):
        answer = admin_client.post(f"/admin/pages/{event.pk}/edit/", posted(event))
    assert answer.status_code == 302
    event.refresh_from_db()
    assert event.starts_at == datetime(2027, 3, 29, 16, tzinfo=UTC)
    body = admin_client.get(f"/admin/pages/{event.pk}/edit/").content.decode()
    assert 'value="2027-03-29 18:00"' in body
    assert event.edition.sequence == 0


def test_an_event_that_is_published_on_schedule_is_no_news(admin_client, event):
    Event.objects.filter(pk=event.pk).update(live=False)
    soon = (now() + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    admin_client.post(f"/admin/pages/{event.pk}/edit/", posted(event, go_live_at=soon))
    scheduled = Revision.objects.get(approved_go_live_at__isnull=False)
    scheduled.approved_go_live_at = now()
    scheduled.content["go_live_at"] = scheduled.approved_go_live_at.isoformat()
    scheduled.save()
    call_command("publish_scheduled", verbosity=0)
    event.refresh_from_db()
    assert event.live
    member = make_member()
    services.take_place(event=event, member=member)
    follow_all()
    assert (told_to(member), event.edition.sequence) == ([], 0)


def test_a_copy_begins_without_the_replay_and_the_cancellation(admin_client, event):
    event.replay, event.replay_until = make_asset(), event.ends_at + timedelta(days=9)
    event.is_cancelled, event.cancel_note = True, "Mara is ill."
    event.save_revision().publish()
    fields = {"new_title": "Next week", "new_slug": "next", "publish_copies": "on"}
    fields["new_parent_page"] = event.get_parent().pk
    assert admin_client.post(f"/admin/pages/{event.pk}/copy/", fields).status_code == 302
    copy = Event.objects.get(slug="next")
    for one in (copy, copy.get_latest_revision_as_object()):
        assert (one.title, one.starts_at) == ("Next week", event.starts_at)
        assert (one.replay, one.replay_until) == (None, None)
        assert (one.is_cancelled, one.cancel_note) == (False, "")


def test_an_event_is_previewed_before_it_is_ever_saved(admin_client, event):
    url = f"/admin/pages/add/pages/event/{event.get_parent().pk}/preview/"
    draft = posted(event, title="Not yet saved", slug="not-yet", tags="")
    assert admin_client.post(url, draft).json()["is_valid"]
    answer = admin_client.get(f"{url}?mode=")
    assert (answer.status_code, b"I will come" in answer.content) == (200, True)


def test_an_hour_that_the_clocks_skip_is_refused(admin_client, event):
    skipped = posted(event, starts_at="2027-03-28 02:30", ends_at="2027-03-28 04:30")
    answer = admin_client.post(f"/admin/pages/{event.pk}/edit/", skipped)
    assert "The clocks skip this hour" in answer.content.decode()


def test_a_replay_that_closes_before_the_end_is_refused(admin_client, event):
    early = posted(event, replay_until="2027-03-29 18:30")
    answer = admin_client.post(f"/admin/pages/{event.pk}/edit/", early)
    assert "The replay must stay after the event." in answer.content.decode()


# The first is an hour that clocks in Berlin skip, the second one that they show twice.
@pytest.mark.parametrize(
    ("where", "at"),
    [
        ("UTC", datetime(2027, 3, 28, 2, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
    ],
)
def test_an_event_that_an_editor_leaves_alone_stays_where_it_is(
    admin_client, admin_user, event, where, at
):
    times = {"starts_at": at, "ends_at": at + timedelta(hours=2)}
    Event.objects.filter(pk=event.pk).update(**times, timezone=where)
    UserProfile.objects.create(user=admin_user, current_time_zone="Europe/Berlin")
    body = admin_client.get(f"/admin/pages/{event.pk}/edit/").content.decode()
    shown = {name: f"{one.astimezone(zone(where)):%Y-%m-%d %H:%M}" for name, one in times.items()}
    assert [f'value="{one}"' in body for one in shown.values()] == [True, True]
    draft = posted(event, timezone=where, **shown)
    assert admin_client.post(f"/admin/pages/{event.pk}/edit/", draft).status_code == 302
    event.refresh_from_db()
    assert (event.starts_at, event.ends_at) == (at, at + timedelta(hours=2))


def test_a_wall_clocks_time_is_a_moment_of_its_zone():
    noon = datetime.fromisoformat("2027-07-01 12:00")
    assert meant(noon, zone("Asia/Tokyo")) == datetime(2027, 7, 1, 3, tzinfo=UTC)
