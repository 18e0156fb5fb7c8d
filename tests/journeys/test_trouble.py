"""What a member meets when a film does not go on, and how it goes on."""

from __future__ import annotations

from playwright.sync_api import expect

COVERED = """() => {
  const there = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  return Boolean(there?.closest("[data-part=notice]"));
}"""
FAIL = "() => document.querySelector('lectern-player').stream.onError('network', 'a journey')"
FULL = "() => document.fullscreenElement?.className ?? ''"

MOVE = """() => {
  const player = document.querySelector("lectern-player");
  const place = player.parentElement;
  player.remove();
  return new Promise((done) => setTimeout(() => (place.prepend(player), done()), 100));
}"""

BLOCKED = """for (const name of ["localStorage", "sessionStorage"]) {
  const get = () => { throw new DOMException("denied", "SecurityError"); };
  Object.defineProperty(window, name, { get, configurable: true });
}"""


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


def test_player_that_is_taken_out_and_put_back_plays_again(walk, world):
    walker = walk().sign_in("operator", to=world.first).start()
    walker.pause()
    walker.page.evaluate(MOVE)
    walker.start()
    begun = walker.video("currentTime")
    walker.until(lambda: walker.video("currentTime") > begun + 0.5)
    walker.page.keyboard.press("k")
    walker.until(lambda: walker.video("paused"))
    walker.page.keyboard.press("k")
    walker.until(lambda: not walker.video("paused"))
    assert walker.video("currentTime") > begun


def test_letters_are_switched_off_and_stay_so(walk, world):
    walker = walk().sign_in("operator", to=world.second).start()
    page = walker.page
    walker.pause()
    page.locator("[data-part=more-button]").click()
    page.get_by_role("switch", name="Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_function("() => document.querySelector('lectern-player')?.grant")
    for key in ("m", "?", "n", "/"):
        page.keyboard.press(key)
    assert not walker.video("muted")
    expect(page.locator("#shortcuts")).to_be_hidden()
    assert page.evaluate("() => document.activeElement === document.body")


def test_film_plays_where_the_browser_may_keep_nothing(walk, world):
    walker = walk()
    walker.page.context.add_init_script(BLOCKED)
    walker.sign_in("operator", to=world.second).start()
    before = walker.pause()
    walker.page.reload()
    walker.start()
    assert walker.video("currentTime") >= before  # the server knows
    walker.pause()
