"""A phone 390 points wide: nothing sticks out, everything is under a thumb."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = """() => [...document.querySelectorAll("main :is(a, button, input, summary)")]
  .filter((it) => it.checkVisibility() && !it.closest(".prose, .crumbs, lectern-player, li.row"))
  .map((it) => [it, it.getBoundingClientRect()])
  .filter(([it, box]) => box.width && (box.height < 43.5 || box.width < 24))
  .map(([it, box]) => `${it.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""


def test_lesson_fits_and_plays_on_a_phone(walk, world):
    walker = walk(**PHONE).sign_in("member", to=world.first)
    page = walker.page
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    assert page.evaluate(SMALL) == []
    page.locator("[data-part=start]").tap()
    walker.until(lambda: walker.video("currentTime") > 0.5, seconds=20)
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("lectern-player[mini]")).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/dashboard/", "/account/profile/"])
def test_page_fits_on_a_phone(walk, address):
    page = walk(**PHONE).sign_in("member").page
    page.goto(address)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390


def test_end_of_a_film_fits_its_picture(walk, world):
    walker = walk(**PHONE).sign_in("editor", to=world.first).start()
    page = walker.page
    page.eval_on_selector("video", "(video) => (video.currentTime = video.duration - 0.5)")
    card = page.locator("[data-part=end]")
    expect(card.get_by_role("button", name="Stay here")).to_be_visible(timeout=20_000)
    assert card.evaluate("(card) => card.scrollHeight <= card.clientHeight")
    walker.page.get_by_role("button", name="Stay here").click()
