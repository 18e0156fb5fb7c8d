"""Three films go to Mux in one go: stopped together, going on, brought back together."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from core.contract.services import flip, save_settings
from core.media.models import Asset
from core.media.services import delete, ingest
from core.members.models import Member
from tests.journeys.violations import violations
from tests.journeys.world import World
from tests.plugins.mux.server import FakeMux
from tests.waiting import until

TITLES = ("First of three", "Second of three", "Third of three")


@pytest.fixture
def mux(tmp_path, stack):
    folder = tmp_path / "mux"
    folder.mkdir()
    with FakeMux(folder, hook_url=f"{stack.url}/hooks/mux/") as server:
        server.keeps_preparing = True
        yield server


@pytest.fixture
def films(stack, world, clip, mux, django_db_blocker):
    """Return the numbers of three films that play from here, while Mux is on."""
    with stack.database(django_db_blocker):
        site = Site.objects.get(is_default_site=True)
        editor = Member.objects.get(email=World.email("editor"))
        made = [ingest(site=site, member=editor, path=clip, title=title) for title in TITLES]
        ready = Asset.objects.filter(title__in=TITLES, status="ready")
        until(lambda: ready.count() == len(TITLES), seconds=90)
        flip(site=site, plugin="mux", is_on=True)
        save_settings(plugin="mux", values={**mux.settings, "takes_new": False}, site=site)
    yield [str(asset.pk) for asset in made]
    with stack.database(django_db_blocker):
        for asset in Asset.objects.filter(title__in=TITLES):
            delete(asset)
        until(lambda: not mux.assets, seconds=60)
        flip(site=site, plugin="mux", is_on=False)


def check(page):
    """Judge what is shown, by day and by night."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert (scheme, page.url, violations(page)) == (scheme, page.url, [])


def test_three_films_are_moved_stopped_and_brought_back_together(walk, films, mux):
    walker = walk(bypass_csp=True).sign_in("operator", to="/admin/media/")
    page = walker.page
    page.goto("/admin/bulk/core/asset/move_to/?" + "&".join(f"id={one}" for one in films))
    page.get_by_label("Where to").select_option("mux")
    page.locator("form [type=submit]").last.click()
    page.wait_for_url("**/moves/batches/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 films to Mux")
    facts = page.locator(".batch__line")
    expect(facts).to_contain_text("0 of 3 done")
    legend = page.locator(".batch__legend")
    expect(legend).to_contain_text("On the way 3", timeout=90_000)
    walker.until(lambda: sum("duration" in one for one in mux.assets.values()) == 3, seconds=60)
    rows = page.locator("#rows")
    page.get_by_text("All 3 videos").click()
    expect(rows.locator("tbody tr")).to_have_count(3)

    mux.make_ready(next(iter(mux.assets.values())))
    expect(facts).to_contain_text("1 of 3 done", timeout=90_000)
    expect(legend).to_contain_text("On the way 2")
    expect(rows).to_have_attribute("open", "")  # what was unfolded stays so
    expect(facts).to_contain_text("a second")
    check(page)
    page.get_by_role("link", name="Stop all").click()
    expect(page.get_by_text("2 films will be stopped")).to_be_visible()
    expect(page.get_by_text("One that has arrived stays at Mux.")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Stop 2 films").click()
    expect(page.get_by_text("2 were stopped.")).to_be_visible()
    expect(legend).to_have_text("Done 1Stopped 2")
    walker.until(lambda: len(mux.assets) == 1, seconds=60)
    page.get_by_role("link", name="Go on with the stopped ones").click()
    expect(page.get_by_text("2 films will be copied to Mux once more")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Go on with 2 films").click()
    expect(page.get_by_text("2 go on.")).to_be_visible()
    walker.until(lambda: len(mux.assets) == 3, seconds=60)
    for role, name in (("link", "Stop all"), ("button", "Stop 2 films")):
        page.get_by_role(role, name=name).click()
    walker.until(lambda: len(mux.assets) == 1, seconds=60)
    page.get_by_role("link", name="Go back all").click()
    expect(page.get_by_text("One film will at once play from")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Let one film go back").click()
    expect(page.get_by_text("One has gone back.")).to_be_visible()
    expect(legend).to_have_text("Gone back 1Stopped 2")
    check(page)
    page.goto("/admin/media/moves/")
    expect(page.get_by_role("link", name="3 films to Mux")).to_be_visible()
    check(page)
