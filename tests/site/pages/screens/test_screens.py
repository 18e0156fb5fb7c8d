"""Each page type renders for whoever may see it, and has a screen and a template of its own."""

from __future__ import annotations

from importlib.util import find_spec
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.template.loader import get_template
from wagtail.models import Page

from tests.factories import close_to_strangers, make_coaching, make_event, make_member, url_of

OWN = [m for m in apps.get_app_config("pages").get_models() if issubclass(m, Page)]
KINDS = (
    *("program", "module", "podcast", "episode", "coaching", "event"),
    *("help", "article", "about"),
)


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_every_page_type_has_a_screen_and_a_template(model):
    name = model._meta.model_name
    assert find_spec(f"pages.screens.{name}") is not None
    get_template(f"pages/{name}.html")


@pytest.mark.parametrize("kind", KINDS)
def test_page_shows_itself_to_a_member(world, signed_in, kind):
    page = getattr(world, kind)
    response = signed_in.get(url_of(page))
    assert response.status_code == 200
    assert f"{page.title}</h1>" in response.content.decode()
    assert 'class="sidebar"' in response.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_public_page_shows_itself_to_a_stranger_without_the_sidebar(world, stranger, kind):
    response = stranger.get(url_of(getattr(world, kind)))
    assert response.status_code == 200
    assert 'class="sidebar"' not in response.content.decode()
    assert 'class="public-head"' in response.content.decode()


def test_home_is_the_same_front_page_for_both(world, signed_in, stranger):
    for client in (signed_in, stranger):
        body = client.get("/").content.decode()
        assert "Diamond Plus" in body
        assert 'class="sidebar"' not in body


def test_the_front_page_shows_the_next_session_that_takes_place(site, signed_in, stranger):
    coaching = make_coaching(upcoming=0, past=0)
    make_event(coaching, hours=24, is_cancelled=True)
    make_event(coaching, hours=96)
    event = make_event(coaching, hours=72, timezone="Asia/Tokyo")
    for client, clock in ((stranger, event.timezone), (signed_in, "Europe/Berlin")):
        body = client.get("/").content.decode()
        assert [name in body for name in ("Session 24", "Session 72")] == [False, True]
        assert f"{event.starts_at.astimezone(ZoneInfo(clock)):%H:%M %Z}" in body


def test_screens_have_no_inline_style_or_script(world, signed_in):
    for kind in KINDS:
        body = signed_in.get(url_of(getattr(world, kind))).content.decode()
        assert " style=" not in body
        assert "<style" not in body
        assert " onclick=" not in body


def test_missing_page_says_so_in_the_sites_frame(world, signed_in):
    response = signed_in.get("/nothing-here/")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


def test_dashboard_asks_a_stranger_to_sign_in(stranger, site):
    response = stranger.get("/dashboard/")
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/dashboard/"


def test_closed_page_sends_a_stranger_to_sign_in_and_back(world, stranger):
    close_to_strangers(world.program)
    response = stranger.get(url_of(world.module))
    assert response.status_code == 302
    assert response["Location"] == f"/account/login/?next={url_of(world.module)}"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("is_staff, status", [(False, 403), (True, 200)])
def test_style_guide_is_for_staff_alone(site, client, is_staff, status):
    client.force_login(make_member(is_staff=is_staff))
    assert client.get("/styleguide/").status_code == status


def test_style_guide_sends_a_stranger_to_sign_in(site, stranger):
    assert stranger.get("/styleguide/").status_code == 302
