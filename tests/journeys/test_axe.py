"""axe-core finds nothing, by day and by night."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.violations import pale_edges, violations


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_are_clean(walk, world, scheme):
    page = walk(color_scheme=scheme, bypass_csp=True).page
    for address in ("/", "/account/login/", "/account/signup/"):
        page.goto(address)
        assert (address, violations(page)) == (address, [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_editors_door_is_clean(browser, stack, scheme):
    """Empty, and with what it says to a wrong password."""
    context = browser.new_context(base_url=stack.url, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for address in ("/admin/login/", "/admin/password_reset/", "/admin/login/"):
        page.goto(address)
        page.locator("h1").click()  # no field has the focus
        assert (address, violations(page), pale_edges(page)) == (address, [], [])
    page.locator("input[name=username]").fill("nobody@lectern.example")
    page.locator("input[name=password]").fill("wrong")
    page.locator("button[type=submit]").click()
    expect(page.locator(".messages")).to_be_visible()
    assert violations(page) == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_member_pages_are_clean(walk, world, scheme):
    walker = walk(color_scheme=scheme, bypass_csp=True).sign_in("member")
    page = walker.page
    for address in ("/dashboard/", world.program, world.reading, world.first):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert (address, violations(page)) == (address, [])
    walker.start()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_player_with_captions_is_clean_on_and_off(walk, captioned, scheme):
    walker = walk(color_scheme=scheme, bypass_csp=True).sign_in("member", to=captioned).start()
    page = walker.page
    page.keyboard.press("k")
    switch = page.get_by_role("switch", name="closed captions")
    for state in ("false", "true"):
        expect(switch).to_have_attribute("aria-checked", state)
        assert (state, violations(page)) == (state, [])
        page.keyboard.press("c")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_editors_pages_are_clean(walk, world, scheme):
    page = walk(color_scheme=scheme, bypass_csp=True).sign_in("operator", to="/admin/").page
    for address in ("/admin/media/", "/admin/", "/admin/features/", "/admin/programs/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert (address, violations(page)) == (address, [])
    page.locator("main").get_by_role("link", name="Outline").click()
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
