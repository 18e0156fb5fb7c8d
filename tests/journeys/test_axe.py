"""axe-core finds nothing, by day and by night."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def _judge(page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {one['help']} {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_are_clean(walk, world, scheme):
    page = walk(color_scheme=scheme, bypass_csp=True).page
    for address in ("/", "/account/login/", "/account/signup/"):
        page.goto(address)
        assert (address, _judge(page)) == (address, [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_member_pages_are_clean(walk, world, scheme):
    walker = walk(color_scheme=scheme, bypass_csp=True).sign_in("member")
    page = walker.page
    for address in ("/dashboard/", world.program, world.reading, world.first):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert (address, _judge(page)) == (address, [])
    walker.start()
    assert _judge(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_editors_pages_are_clean(walk, world, scheme):
    page = walk(color_scheme=scheme, bypass_csp=True).sign_in("operator", to="/admin/").page
    for address in ("/admin/media/", "/admin/", "/admin/features/", "/admin/programs/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert (address, _judge(page)) == (address, [])
    page.locator("main").get_by_role("link", name="Outline").click()
    page.wait_for_load_state("networkidle")
    assert _judge(page) == []
