"""A site with coaching, people, and a way to look into what they were told."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import Page, Site

from core.jobs.models import Job
from core.jobs.services import run_now
from core.notify.models import Notification
from pages.events import services
from pages.events.changes import follow_all
from pages.events.telling import TELL
from pages.foundation import found_site
from pages.models import Coaching, Home
from tests.factories import add_page, close_to_strangers, make_coaching, make_event, make_member


@pytest.fixture
def site(db):
    return found_site()


@pytest.fixture
def coaching(site):
    found = make_coaching(upcoming=0, past=0)
    close_to_strangers(found)
    return found


@pytest.fixture
def event(coaching):
    """A session in two days, with a room."""
    return make_event(coaching, hours=48, join_url="https://meet.example/secret-room")


@pytest.fixture
def left_behind(site):
    """A full session that two asked for, on a site that got another front page since."""
    top = Page.objects.get(depth=1)
    home, new = (add_page(top, Home(title=name, slug=name)) for name in ("old", "new"))
    other = Site.objects.create(hostname="other.example", root_page=home)
    coaching = add_page(home, Coaching(title="Elsewhere"))
    left = make_event(coaching, hours=47, capacity=1)
    for _ in range(2):
        services.take_place(event=left, member=make_member())
    follow_all()
    other.root_page = new
    other.save()
    return left


@pytest.fixture
def member(site):
    return make_member(timezone="Europe/Berlin")


@pytest.fixture
def other(site):
    return make_member(name="Ines Duarte", timezone="America/New_York")


@pytest.fixture
def signed_in(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def told():
    """Return (member, kind) of all that was told, in order, once its jobs have run."""

    def look(kind: str = ""):
        for job in Job.objects.filter(kind=TELL, state=Job.State.QUEUED):
            assert run_now(job).state == Job.State.SUCCEEDED
        rows = Notification.objects.order_by("created_at", "pk")
        rows = rows.filter(kind=kind) if kind else rows
        return [(one.member, one.kind) for one in rows.select_related("member")]

    return look


@pytest.fixture
def move():
    """Move an event in time by its rows, as an editor would."""

    def do(event, **fields):
        type(event).objects.filter(pk=event.pk).update(**fields)
        event.refresh_from_db()
        return event

    return do
