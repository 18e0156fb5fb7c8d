"""A member's own screens: greeting, next step, time zone, profile, joining, calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.jobs.models import Job
from core.members.models import Member
from core.progress.models import Completion
from pages.models import Lesson
from pages.screens.dashboard import greeting
from tests.factories import make_member, make_program, url_of


def test_dashboard_leads_to_the_first_lesson_not_completed(world, member, signed_in):
    lessons = list(Lesson.objects.order_by("path"))
    Completion.objects.create(member=member, page=lessons[0])
    body = signed_in.get("/dashboard/").content.decode()
    assert f'<h2 class="title-l"><a href="{url_of(lessons[1])}">' in body
    assert "1 of 4 lessons" in body


def test_empty_dashboard_explains_itself_and_has_no_empty_shelf(site, signed_in):
    body = signed_in.get("/dashboard/").content.decode()
    assert "Nothing is open to you yet" in body
    assert "rail" not in body.partition("<main")[2].partition("</main>")[0]


def test_program_completed_says_so(site, member, signed_in):
    program = make_program(modules=1, lessons=1)
    Completion.objects.create(member=member, page=Lesson.objects.get())
    assert "You have completed every lesson." in signed_in.get(url_of(program)).content.decode()


@pytest.mark.parametrize(
    "hour, words", [(6, "Good morning"), (13, "Good afternoon"), (20, "Good evening")]
)
def test_greeting_follows_the_members_clock(monkeypatch, hour, words):
    at = datetime(2026, 11, 20, hour, tzinfo=UTC)
    monkeypatch.setattr("pages.screens.dashboard.localtime", lambda: at)
    assert str(greeting()) == words


def test_profile_keeps_name_zone_and_theme(member, signed_in):
    response = signed_in.post(
        "/account/profile/",
        {"name": "Noor H.", "timezone": "Asia/Tokyo", "language": "en", "theme": "dark"},
    )
    member.refresh_from_db()
    assert (response.status_code, member.name, member.timezone) == (302, "Noor H.", "Asia/Tokyo")
    assert response.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in signed_in.get("/dashboard/").content.decode()


def test_a_members_clock_follows_their_device_until_they_choose(member, signed_in):
    told = signed_in.post("/account/zone/", {"zone": "Asia/Tokyo"})
    member.refresh_from_db()
    assert (told.status_code, member.timezone) == (204, "Asia/Tokyo")
    chosen = {"name": "N", "timezone": "Europe/Lisbon", "follows_device": "on", "language": "en"}
    signed_in.post("/account/profile/", chosen)
    signed_in.post("/account/zone/", {"zone": "Asia/Tokyo"})
    member.refresh_from_db()
    assert (member.timezone, member.follows_device) == ("Europe/Lisbon", False)
    assert 'data-controller="zone"' not in signed_in.get("/dashboard/").content.decode()
    signed_in.post("/account/profile/", chosen)  # the same zone, and the box ticked again
    signed_in.post("/account/zone/", {"zone": "Asia/Tokyo"})
    member.refresh_from_db()
    assert (member.timezone, member.follows_device) == ("Asia/Tokyo", True)


def test_a_device_tells_no_zone_that_is_none(member, signed_in):
    assert signed_in.post("/account/zone/", {"zone": "Moon/Base"}).status_code == 422
    member.refresh_from_db()
    assert member.timezone == "Europe/Berlin"


def test_profile_refuses_a_zone_that_is_none(member, signed_in):
    response = signed_in.post("/account/profile/", {"name": "N", "timezone": "Moon/Base"})
    assert response.status_code == 422
    member.refresh_from_db()
    assert member.timezone == "Europe/Berlin"


def test_forged_theme_cookie_reaches_no_page(signed_in):
    signed_in.cookies["theme"] = '"><script>'
    assert "<script>" not in signed_in.get("/dashboard/").content.decode()
    assert "data-theme" not in signed_in.get("/dashboard/").content.decode().partition("<head>")[0]


def test_joining_makes_a_member_and_announces_them(site, client, monkeypatch):
    told = []
    monkeypatch.setattr("pages.accounts.tell", lambda hook, **facts: told.append((hook, facts)))
    answer = client.post(
        "/account/signup/",
        {"name": "Ines", "email": "Ines@Example.org", "password1": "a-long-enough-secret"},
    )
    member = Member.objects.get(email="ines@example.org")
    assert answer.status_code == 302
    assert member.name == "Ines"
    assert told == [("member_joined", {"member_id": member.pk, "site_id": site.pk})]


def test_sign_in_leads_back_to_the_page(world, client):
    member = make_member()
    url = url_of(world.module)
    answer = client.post(
        f"/account/login/?next={url}",
        {"login": member.email, "password": "a-long-enough-secret", "next": url},
    )
    assert answer["Location"] == url


@pytest.mark.parametrize(
    "url",
    [
        "/account/login/",
        "/account/signup/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/confirm-email/",
        "/account/inactive/",
    ],
)
def test_account_pages_stand_in_the_sites_frame(site, stranger, url):
    body = stranger.get(url).content.decode()
    assert 'class="public-head"' in body
    assert 'class="title"' in body


@pytest.mark.parametrize(
    "url", ["/account/email/", "/account/password/change/", "/account/logout/"]
)
def test_member_account_pages_stand_in_the_shell(signed_in, url):
    assert 'class="sidebar"' in signed_in.get(url).content.decode()


def test_no_job_is_left_by_a_page_view(world, signed_in):
    before = Job.objects.count()
    signed_in.get(url_of(world.program))
    assert Job.objects.count() == before
