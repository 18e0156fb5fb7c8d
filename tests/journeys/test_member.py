"""A member watches, goes on elsewhere, completes, writes and marks."""

from __future__ import annotations

from playwright.sync_api import expect

from pages.templatetags.lectern import clock


def test_member_registers_and_lands_on_the_dashboard(walk):
    page = walk().page
    page.goto("/account/signup/")
    page.fill("[name=email]", "newcomer@lectern.example")
    page.fill("[name=password1]", "a-fairly-long-password")
    page.press("[name=password1]", "Enter")
    page.wait_for_url("**/dashboard/**")
    expect(page.locator("h1")).to_be_visible()


def test_member_pauses_and_resumes_in_a_second_browser_at_the_same_second(walk, world):
    here = walk().sign_in("member", to=world.first).start().at_speed(4)
    here.until(lambda: here.video("currentTime") > 6)
    left_at = here.pause()

    there = walk().sign_in("member", to=world.first)
    words = there.page.locator("[data-part=start-words]")
    expect(words).to_have_text(f"Resume at {clock(left_at)}")
    there.start()
    assert left_at - 0.1 <= there.video("currentTime") < left_at + 2
    there.pause()


def test_who_gives_up_before_the_first_picture_keeps_their_place(walk, world):
    walker = walk().sign_in("editor", to=world.first).start().at_speed(4)
    walker.until(lambda: walker.video("currentTime") > 6)
    left_at = walker.pause()
    page = walker.page
    page.route("**/*.m4s", lambda _route: None)  # nothing comes
    page.reload()
    page.locator("[data-part=start]").click()
    walker.until(lambda: not walker.video("paused"))
    page.keyboard.press("k")
    walker.until(lambda: walker.video("paused"))

    words = walk().sign_in("editor", to=world.first).page.locator("[data-part=start-words]")
    expect(words).to_have_text(f"Resume at {clock(left_at)}")


def test_member_completes_by_watching_and_goes_on_to_the_next_lesson(walk, world):
    walker = walk().sign_in("member", to=world.second)
    page = walker.page
    done = page.locator("[data-lesson-target=done]")
    walker.start().at_speed(8)
    page.keyboard.press("9")  # seeking to the end proves nothing
    walker.until(lambda: walker.video("ended"), seconds=15)
    expect(done).to_be_hidden()

    page.locator("[data-part=again]").click()
    walker.at_speed(8)
    expect(done).to_be_visible(timeout=20_000)
    expect(page.locator(".outline .row[aria-current] .mark.done")).to_be_visible()
    walker.until(lambda: walker.video("ended"), seconds=15)
    onward = page.locator("[data-part=end] a")
    address = onward.get_attribute("href")
    assert address != world.second
    onward.click()
    page.wait_for_url(lambda url: url.endswith(address))


def test_member_completes_a_lesson_without_a_film_by_saying_so(walk, world):
    page = walk().sign_in("member", to=world.reading).page
    page.get_by_role("button", name="Mark as complete").click()
    expect(page.locator("[data-lesson-target=done]")).to_be_visible()
    page.reload()
    expect(page.locator("[data-lesson-target=done]")).to_be_visible()


def test_note_saves_itself_survives_a_reload_and_loses_neither_of_two(walk, world):
    here = walk().sign_in("member", to=world.reading).page
    here.get_by_role("tab", name="Notes").click()
    field, state = here.locator("[name=text]"), here.locator("[data-notes-target=state]")
    field.fill("# The number\n\nSay it, then **stop**.")
    expect(state).to_have_attribute("data-state", "saved")
    here.reload()
    expect(field).to_have_value("# The number\n\nSay it, then **stop**.")
    expect(here.locator(".notes-read strong")).to_have_text("stop")

    other = walk()
    there = other.sign_in("member", to=world.reading).page
    there.get_by_role("tab", name="Notes").click()
    other.forgive("409")
    field.fill("From the first window.")
    expect(state).to_have_attribute("data-state", "saved")
    there.locator("[name=text]").fill("From the second window.")
    expect(there.get_by_text("changed in another window")).to_be_visible()
    there.get_by_role("button", name="Keep both").click()
    expect(there.locator("[data-notes-target=state]")).to_have_attribute("data-state", "saved")
    text = there.locator("[name=text]").input_value()
    assert "From the first window." in text
    assert "From the second window." in text


def test_bookmark_leads_back_to_its_second(walk, world):
    walker = walk().sign_in("member", to=world.first).start().at_speed(2)
    page = walker.page
    walker.until(lambda: walker.video("currentTime") > 2)
    walker.pause()
    marked = int(walker.video("currentTime"))
    page.keyboard.press("b")
    page.locator("#bookmarks [name=label]").fill("The three words")
    page.keyboard.press("Enter")
    row = page.locator(".bookmark", has_text="The three words")
    expect(row).to_be_visible()
    page.reload()
    page.get_by_role("tab", name="Bookmarks").click()
    row.locator("a").click()
    walker.until(lambda: abs(walker.video("currentTime") - marked) < 1)
    row.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)


def test_what_is_watched_offline_is_kept_and_sent_later(walk, world):
    walker = walk().sign_in("operator", to=world.first).start()
    walker.forgive("ERR_INTERNET_DISCONNECTED")
    walker.until(lambda: walker.video("buffered.length && video.buffered.end(0)") > 4)
    walker.pause()
    context = walker.page.context
    context.set_offline(True)
    walker.page.keyboard.press("k")
    before = walker.video("currentTime")
    walker.until(lambda: walker.video("currentTime") > before + 1)
    walker.page.keyboard.press("k")
    kept = "() => Object.keys(localStorage).filter((key) => key.startsWith('lectern.beat')).length"
    walker.until(lambda: walker.page.evaluate(kept) == 1)
    context.set_offline(False)
    walker.until(lambda: walker.page.evaluate(kept) == 0)
