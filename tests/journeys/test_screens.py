"""Screens with more on them than on their first day: nothing touches, nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from core.access.feeds.models import FeedKey
from core.access.feeds.services import issue_feed_key, suspend_feed_key
from core.media.editing.models import Edition
from core.media.models import Asset
from core.members.models import Member
from pages.models import Coaching, Episode, Podcast
from tests.factories import add_page, close_to_strangers, make_asset, make_event
from tests.journeys.violations import violations

PHONE = {"viewport": {"width": 390, "height": 844}, "bypass_csp": True}
LEFT = "(all) => [...new Set(all.map((one) => Math.round(one.getBoundingClientRect().left)))]"
GAP = """(nav) => nav.getBoundingClientRect().top
  - Math.max(...[...nav.parentElement.querySelectorAll("li")]
      .map((one) => one.getBoundingClientRect().bottom))"""


@pytest.fixture(scope="module")
def full(stack, world, django_db_blocker) -> dict[str, str]:
    """A show of many episodes with addresses in three apps, and sessions of two pages."""
    with stack.database(django_db_blocker):
        site = Site.objects.get(is_default_site=True)
        member = Member.objects.get(email=world.email("member"))
        show = add_page(site.root_page, Podcast(title="Full of episodes", slug="full"))
        other = add_page(site.root_page, Podcast(title="Paused for now", slug="paused"))
        for page in (show, other):
            close_to_strangers(page)
        sound = make_asset(site, kind=Asset.Kind.AUDIO)
        Asset.objects.filter(pk=sound.pk).update(poster=None)
        for number in range(1, 62):
            add_page(show, Episode(title=f"Episode {number}", number=number, media=sound))
        for number in range(1, 26):
            make_event(_coaching(site), hours=-24 * number)
        podcast = FeedKey.Kind.PODCAST
        for label in ("Overcast", "Castro", ""):
            issue_feed_key(member=member, site=site, kind=podcast, page=show, label=label)
        paused, _token = issue_feed_key(member=member, site=site, kind=podcast, page=other)
        suspend_feed_key(key=paused, reason="Write to us.")
    return {"subscribe": f"/podcasts/{show.pk}/subscribe/"}


def _coaching(site):
    """One for all journeys."""
    there = site.root_page.get_children().type(Coaching).first()
    if there is None:
        there = add_page(site.root_page, Coaching(title="Coaching", slug="coaching"))
        close_to_strangers(there)
    return there


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_addresses_stand_in_order_on_a_phone(walk, full, scheme):
    page = walk(color_scheme=scheme, **PHONE).sign_in("member", to=full["subscribe"]).page
    buttons = page.get_by_role("button", name="Replace the address for")
    expect(buttons).to_have_count(3)
    assert len(buttons.evaluate_all(LEFT)) == 1
    art = page.locator(".subscribe-art").bounding_box()
    assert art["width"] == pytest.approx(art["height"], abs=1)
    page.get_by_role("link", name="All your private addresses").click()
    row = page.get_by_role("listitem").filter(has_text="Paused for now")
    expect(row.get_by_text("Paused", exact=True)).to_be_visible()
    expect(row).to_contain_text("Write to us.")
    assert violations(page) == []


@pytest.mark.parametrize("address, width", [("/full/", 390), ("/coaching/", 390), ("/full/", 1280)])
def test_what_leads_to_the_next_page_touches_no_row(walk, full, address, width):
    page = walk(**{**PHONE, "viewport": {"width": width, "height": 844}}).sign_in("member").page
    page.goto(address)
    pager = page.locator("nav.pager")
    assert pager.evaluate(GAP) >= 24
    pager.get_by_role("link").click()
    expect(pager.get_by_role("link")).to_have_attribute("rel", "prev")
    assert violations(page) == []


def test_version_that_failed_says_why_and_is_tried_again(walk, stack, world, django_db_blocker):
    with stack.database(django_db_blocker):
        film = Asset.objects.get(title="Say the number")
        failed = Edition.objects.create(
            asset=film,
            number=90,
            cause="cut",
            state="failed",
            error="The disk was full.",
            original=film.original,
        )
    page = walk(bypass_csp=True).sign_in("editor", to=f"/admin/media/{film.pk}/cut/").page
    version = page.get_by_role("article", name="Version 90")
    expect(version).to_contain_text("The disk was full.")
    button = version.get_by_role("button", name="Retry")
    assert button.locator("svg").bounding_box()["width"] < 24
    assert button.bounding_box()["width"] < 160
    page.wait_for_load_state("networkidle")
    found = violations(page)
    with stack.database(django_db_blocker):
        failed.delete()
    assert found == []
