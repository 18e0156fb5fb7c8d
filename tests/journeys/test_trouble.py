"""What a member meets when a film does not go on, and how it goes on."""

from __future__ import annotations

from playwright.sync_api import expect

COVERED = """() => {
  const there = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  return Boolean(there?.closest("[data-part=notice]"));
}"""
FAIL = "() => document.querySelector('lectern-player').stream.onError('network', 'a journey')"
FULL = "() => document.fullscreenElement?.className ?? ''"


def test_notice_and_bubble_are_seen_in_full_screen(walk, world):
    walker = walk().sign_in("operator", to=world.second).start()
    page = walker.page
    walker.pause()  # at its end the next lesson would follow
    page.keyboard.press("f")
    walker.until(lambda: page.evaluate(FULL) == "player-window")
    page.keyboard.press("m")
    expect(page.locator(":fullscreen [data-part=osd]")).to_have_attribute("data-shown", "")
    page.evaluate(FAIL)
    expect(page.locator(":fullscreen [data-part=notice]")).to_be_visible()
    assert page.evaluate(COVERED)
    page.keyboard.press("f")
    walker.until(lambda: page.evaluate(FULL) == "")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-part=notice]")).to_be_hidden()
