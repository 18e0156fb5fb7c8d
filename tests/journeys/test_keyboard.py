"""Everything by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import expect

FOCUSED = "() => document.activeElement.closest('a, button, input, textarea')?.outerHTML ?? ''"


def _tab_to(page, words: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"Tab never reached {words}")


def test_member_signs_in_watches_and_marks_by_keys_alone(walk, world):
    walker = walk()
    page = walker.page
    page.goto(f"/account/login/?next={world.first}")
    _tab_to(page, 'name="login"')
    page.keyboard.type(world.email("member"))
    _tab_to(page, 'name="password"')
    page.keyboard.type(world.password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)

    _tab_to(page, 'data-part="start"')
    page.keyboard.press("Enter")
    walker.until(lambda: walker.video("currentTime") > 0.2, seconds=20)
    page.keyboard.press("k")
    walker.until(lambda: walker.video("paused"))
    page.keyboard.press("5")
    walker.until(lambda: abs(walker.video("currentTime") - 10) < 0.5)
    page.keyboard.press("j")
    walker.until(lambda: walker.video("currentTime") < 0.5)
    page.keyboard.press("ArrowRight")
    walker.until(lambda: abs(walker.video("currentTime") - 5) < 0.5)
    page.keyboard.press("Shift+>")
    assert walker.video("playbackRate") == 1.25
    page.keyboard.press("m")
    assert walker.video("muted")


def test_question_mark_shows_the_keys_and_escape_hides_them(walk, world):
    page = walk().sign_in("member", to=world.first).page
    dialog = page.locator("#shortcuts")
    page.wait_for_function("() => document.querySelector('lectern-player')?.grant")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_tabs_answer_to_arrows(walk, world):
    page = walk().sign_in("member", to=world.first).page
    tabs = page.get_by_role("tab")
    expect(tabs.filter(has_text="Notes")).to_be_visible()  # links until the page has woken up
    names = [words.strip() for words in tabs.all_inner_texts()]  # with a transcript, or without
    tabs.first.focus()
    for number in range(1, names.index("Notes") + 1):
        page.keyboard.press("ArrowRight")
        expect(tabs.nth(number)).to_be_focused()
    expect(page.locator("[name=text]")).to_be_visible()
