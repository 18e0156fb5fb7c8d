"""A member comes to a session: calendar, reminder, room, replay, and the replay's end."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
import vobject
from django.utils.timezone import now
from playwright.sync_api import expect
from wagtail.models import Site

from core.jobs.models import Job
from core.media.models import Asset
from core.members.models import Member
from core.notify.models import Delivery
from pages.models import Attendance, Coaching, Event
from tests.factories import close_to_strangers
from tests.journeys.violations import violations

ROOM = "/help-room/"  # an address of the copy itself: nothing outside is asked for
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def session(stack, world, django_db_blocker):
    """A session in two days; the test moves it in time by its row."""
    with stack.database(django_db_blocker):
        root = Site.objects.get(is_default_site=True).root_page
        coaching = root.get_children().type(Coaching).first()
        if coaching is None:
            coaching = root.add_child(instance=Coaching(title="Coaching", slug="coaching"))
            close_to_strangers(coaching)
        number = coaching.get_children().count()
        starts = now() + timedelta(days=2)
        event = coaching.specific.add_child(
            instance=Event(
                title=f"Say the price {number}",
                slug=f"say-the-price-{number}",
                starts_at=starts,
                ends_at=starts + timedelta(hours=1),
                timezone="Europe/Lisbon",
                host="Mara",
                join_url=f"{stack.url}{ROOM}",
                capacity=5,
            )
        )
    return Session(stack, django_db_blocker, event)


class Session:
    def __init__(self, stack, blocker, event):
        self.stack, self.blocker, self.event = stack, blocker, event
        self.url = f"/coaching/{event.slug}/"

    def move(self, **fields):
        with self.stack.database(self.blocker):
            Event.objects.filter(pk=self.event.pk).update(**fields)
            self.event.refresh_from_db()

    def begin_in(self, **left):
        starts = now() + timedelta(**left)
        self.move(starts_at=starts, ends_at=starts + timedelta(hours=1))

    def ask(self, look):
        with self.stack.database(self.blocker):
            return look()

    def fetch(self, address):
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.read().decode()


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desktop", "phone"])
def test_member_comes_is_reminded_goes_in_and_watches_again(walk, world, session, device):
    scheme = "dark" if device else "light"
    walker = walk(color_scheme=scheme, bypass_csp=True, **device).sign_in("member", to=session.url)
    walker.forgive("404")  # the room is no page of ours
    says_yes(walker.page)
    has_it_in_a_calendar(walker.page, session)
    is_reminded(walker, session)
    goes_in(walker.page, session, world)
    watches_again(walker, session, world)
    is_too_late(walker.page, session)


def says_yes(page):
    expect(page.get_by_text("5 of 5 places free")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="I will come").click()
    expect(page.get_by_text("You are coming", exact=True)).to_be_visible()


def has_it_in_a_calendar(page, session):
    page.goto("/calendar/")
    page.get_by_role("button", name="Make my calendar address").click()
    address = page.get_by_label("Or paste it anywhere").input_value()
    assert violations(page) == []
    entries = vobject.readOne(session.fetch(address)).contents["vevent"]
    [entry] = [one for one in entries if one.summary.value == session.event.title]
    assert entry.dtstart.value == session.event.starts_at.replace(microsecond=0)
    assert ROOM not in session.fetch(address)


def is_reminded(walker, session):
    page = walker.page
    session.ask(lambda: Attendance.objects.update(asked_at=now() - timedelta(days=3)))
    session.begin_in(hours=23)
    soon(walker, session, "event_reminder", "is coming up")
    page.goto("/dashboard/")
    bell = page.locator(".bell-button")
    expect(bell).to_have_attribute("aria-label", re.compile("new"))
    page.wait_for_load_state("networkidle")
    bell.click()
    news = page.locator("#notices").get_by_role("button", name=re.compile("is coming up")).first
    expect(news).to_be_visible()
    assert violations(page) == []
    news.click()
    page.wait_for_url(f"**{session.url}")
    expect(page.get_by_role("link", name="Enter the room")).to_be_hidden()
    assert ROOM not in page.content()


def goes_in(page, session, world):
    session.begin_in(minutes=10)
    page.reload()
    assert ROOM not in page.content()
    page.get_by_role("link", name="Enter the room").click()
    page.wait_for_url(f"**{ROOM}")
    who = {"event": session.event.pk, "member__email": world.email("member")}
    assert session.ask(lambda: Attendance.objects.get(**who).joined_at) is not None


def watches_again(walker, session, world):
    page, ended = walker.page, now() - timedelta(hours=1)
    session.move(
        starts_at=ended - timedelta(hours=1),
        ends_at=ended,
        replay=session.ask(lambda: Asset.objects.get(pk=world.asset)),
        replay_until=now() + timedelta(days=2),
    )
    session.ask(lambda: Event.objects.get(pk=session.event.pk).save())  # tells the references
    page.goto(session.url)
    expect(page.get_by_role("link", name="Watch the replay")).to_be_visible()
    expect(page.get_by_text("in 1 day, 23 hours")).to_be_visible()
    walker.start().pause()
    assert violations(page) == []


def is_too_late(page, session):
    session.move(replay_until=now() - timedelta(seconds=1))
    page.reload()
    expect(page.get_by_text("The replay could be watched until")).to_be_visible()
    assert page.locator("[data-part=start]:visible").count() == 0


def soon(walker, session, kind, words):
    """Wait until the scheduler has noticed, and the mail has gone out, once."""

    def sent():
        rows = Delivery.objects.filter(
            notification__kind=kind,
            notification__title__contains=session.event.title,
            channel="email",
        )
        return list(rows.values_list("state", "notification__title"))

    session.ask(lambda: Job.objects.filter(kind="events.follow").exclude(state="running").delete())
    walker.until(lambda: [state for state, _ in session.ask(sent)] == ["sent"], seconds=60)
    [(_state, title)] = session.ask(sent)
    assert words in title
    mails = list((session.stack.folder / "mail").glob("*"))
    texts = [mail.read_text() for mail in mails]
    member = session.ask(lambda: Member.objects.get(email="member@lectern.example").email)
    assert sum(member in text and "List-Unsubscribe-Post" in text for text in texts) >= 1


def test_an_address_that_was_removed_shows_nothing(walk, world, session):
    page = walk(**PHONE).sign_in("editor", to="/calendar/").page
    page.get_by_role("button", name="Make my calendar address").click()
    address = page.get_by_label("Or paste it anywhere").input_value()
    assert session.event.title in session.fetch(address)
    page.get_by_role("button", name="Remove").first.click()
    expect(page.get_by_text("That address shows nothing any more.")).to_be_visible()
    with pytest.raises(urllib.error.HTTPError, match="410"):
        session.fetch(address)


def test_what_reaches_one_is_chosen_by_keys_alone(walk, world):
    walker = walk(bypass_csp=True).sign_in("member", to="/account/notifications/")
    page = walker.page
    assert violations(page) == []
    switch = page.get_by_role("switch", name="New replays: E-mail")
    expect(switch).to_be_checked()
    switch.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("switch", name="New replays: E-mail")).not_to_be_checked()
    page.goto("/notifications/")
    assert violations(page) == []


def test_a_members_clock_follows_their_device(walk, world, session):
    session.ask(
        lambda: Member.objects.filter(email=world.email("operator")).update(follows_device=True)
    )
    page = walk(timezone_id="Asia/Tokyo").sign_in("operator", to=session.url).page
    expect(page.get_by_text("Your time (Asia/Tokyo)")).to_be_visible()
    page.goto("/account/profile/")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
