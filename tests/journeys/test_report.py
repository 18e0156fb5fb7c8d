"""An editor looks up what each preparation took, with the keyboard, by day and by night."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.timezone import now
from playwright.sync_api import expect

from core.media.models import Asset, Preparation
from core.media.services.reports import of_playing, stage_key
from core.usage.services import spend
from pages.models import Lesson
from tests.journeys.violations import SIZE_ALONE, violations

COVER_HALF = """(link) => {
  const [main, bar] = [document.querySelector("main"), document.createElement("button")];
  bar.textContent = "A bar that stays";
  bar.setAttribute("style", "position: sticky; z-index: 99; top: 0; width: 100%; height: 6rem");
  main.prepend(bar);
  main.lastElementChild.setAttribute("style", "padding-bottom: 100vh");
  const top = link.getBoundingClientRect().top - bar.getBoundingClientRect().bottom + 12;
  main.scrollBy({ top, behavior: "instant" });
}"""
SMALL = ".asset-uses { gap: 0; line-height: 1; } .asset-uses a { display: inline; }"
STAGES = [("first", "Making it playable", 12), ("ladder", "Encoding for every screen", 340)]


@pytest.fixture(scope="module")
def reported(stack, world, django_db_blocker) -> Iterator[str]:
    """The film the editor looks at was once cut, heard by a service, and is on two pages."""
    with stack.database(django_db_blocker):
        asset = Asset.objects.get(pk=world.asset)
        first = of_playing(asset)
        earlier = Preparation.objects.create(
            asset=asset, key="edition:900", cause="cut", edition=900, provider="ffmpeg",
            has_played=True,
            made=[{
                "name": "720p", "kind": "hls", "width": 1280, "height": 720, "bit_rate": 2_400_000,
                "average_bit_rate": 1_900_000, "codecs": "avc1.64001f", "quality": 92.0,
                "size": 48_000_000,
            }],
        )  # fmt: skip
        for position, (name, label, seconds) in enumerate(STAGES):
            earlier.stages.create(
                name=name, label=label, position=position, state="done", cpu_seconds=2.0 * seconds,
                started_at=now() - timedelta(seconds=seconds), finished_at=now(),
            )  # fmt: skip
        pay(asset, 4_200, "transcript", 42, "second", stage_key(first, "poster"))
        pay(asset, 37_500, "encoding basic", 1.5, "minute", "")
        pay(asset, 9_000, "storage", 3, "minute", stage_key(earlier, "ladder"))
        lesson = Lesson.objects.filter(video=asset).first()
        another = lesson.copy(
            update_attrs={"title": "Once more", "slug": "once-more"}, keep_live=False
        )
    yield f"/admin/media/{world.asset}/"
    with stack.database(django_db_blocker):
        another.delete()


def pay(asset, micros, what, quantity, unit, stage):
    details = {"what": what, "subject": f"asset:{asset.pk}", "quantity": quantity, "unit": unit}
    spend(
        site_id=asset.site_id,
        key=f"{asset.pk}:{what}",
        service="mux",
        micros=micros,
        details={**details, "stage": stage},
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_another_preparation_is_chosen_by_keyboard(walk, reported, scheme):
    walker = walk(color_scheme=scheme, bypass_csp=True).sign_in("operator", to=reported)
    page = walker.page
    page.wait_for_load_state("networkidle")
    switch = page.get_by_role("navigation", name="Preparations")
    current = switch.locator("a[aria-current]")
    expect(current).to_contain_text("First preparation")
    table = page.get_by_role("table", name="what it took")
    expect(table.get_by_role("row", name="Other services")).to_contain_text("$0.0375")
    assert violations(page) == []
    photograph(page, f"first-{scheme}")

    current.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(current).to_contain_text("Cut of")
    expect(current).to_be_focused()
    expect(table.get_by_role("row", name="Together")).to_contain_text("352.0 s")
    expect(table.get_by_role("row", name="Encoding for every screen")).to_contain_text("$0.0090")
    assert violations(page) == []
    photograph(page, f"cut-{scheme}")
    page.set_viewport_size({"width": 390, "height": 844})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(current).to_contain_text("Cut of")


def test_what_a_bar_covers_is_not_called_small_and_what_is_small_is(walk, reported):
    page = walk(bypass_csp=True).sign_in("operator", to=reported).page
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Once more").evaluate(COVER_HALF)
    assert Axe().run(page, options=SIZE_ALONE).response["violations"]
    assert violations(page) == []
    page.add_style_tag(content=SMALL)
    assert [line for line in violations(page) if line.startswith("target-size: ")]


def photograph(page, name):
    """Keep pictures of the report where somebody asked for them."""
    folder = os.environ.get("PICTURES", "")
    for width in (1280, 390) if folder else ():
        page.set_viewport_size({"width": width, "height": 900})
        section = page.locator(".asset-detail__wide")
        section.screenshot(path=Path(folder) / f"report-{name}-{width}.png")
        page.screenshot(path=Path(folder) / f"page-{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})
