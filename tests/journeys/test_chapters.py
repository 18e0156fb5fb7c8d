"""An editor sets chapters along the film, and a member sees them on the player's bar."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.media.chapters.queries import chapters_of
from core.media.chapters.services import replace_chapters
from core.media.models import Asset
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.services import delete, write
from tests.journeys.violations import violations

FIRST = [(0.0, "The reason"), (5.0, "The proof"), (12.0, "The price")]
CUES = [{"start": 8.3, "end": 11.0, "text": "And this is the proof."}]
SUBJECTS = ("breathing lungs exhale slowly", "walking shoes forest uphill")
LEFT = "(line, second) => line.getBoundingClientRect().left + (line.clientWidth * second) / 20"
BAR = """(video) => [...video.querySelector("track[kind=chapters]").track.cues]
  .map((cue) => [cue.startTime, cue.text])"""


@pytest.fixture
def film(stack, world, django_db_blocker):
    """A film of twenty seconds with three chapters, and a sentence to snap to."""
    with stack.database(django_db_blocker):
        film = Asset.objects.get(pk=world.asset)
        is_new = not film.transcripts.exists()
        replace_chapters(asset=film, chapters=FIRST)
        say(film, CUES)
    yield film
    with stack.database(django_db_blocker):
        Asset.objects.filter(pk=film.pk).update(duration=film.duration)
        replace_chapters(asset=film, chapters=[])
        if is_new:
            delete(film.transcripts.get())


def say(film, cues):
    write(asset=film, language="en", cues=cues, origin=TranscriptVersion.Origin.UPLOADED)


def talk():
    """A minute about each of two subjects."""
    for number, subject in enumerate(SUBJECTS):
        for step in range(12):
            start = 64.0 * number + 5 * step
            yield {"start": start, "end": start + 4, "text": f"{subject.capitalize()} {step}."}


@pytest.fixture
def stored(stack, film, django_db_blocker):
    def read():
        with stack.database(django_db_blocker):
            return chapters_of(film.pk)

    return read


def edit(walk, film, **options):
    walker = walk(**options).sign_in("editor", to=f"/admin/media/{film.pk}/chapters/")
    walker.until(lambda: walker.video("readyState") > 0, seconds=30)
    expect(walker.page.locator(".timeline__pictures > span").first).to_be_visible()
    return walker


def handle(page, number):
    return page.get_by_role("slider", name=f"Start of chapter {number}", exact=True)


def start(page, number):
    return page.get_by_role("textbox", name=f"Start of chapter {number}", exact=True)


def drag(page, number, second, *, drop=True):
    """Take a handle with the mouse and bring it to a second of the film."""
    box = handle(page, number).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    left = page.eval_on_selector(".chapter-line__line", LEFT, second)
    page.mouse.move(left, box["y"] + 30, steps=8)
    if drop:
        page.mouse.up()


def test_chapters_are_set_on_the_timeline_and_seen_on_the_players_bar(walk, world, film, stored):
    walker = edit(walk, film)
    page = walker.page
    drag(page, 2, 8.1)
    expect(start(page, 2)).to_have_value("0:08.300")  # drawn to the sentence
    walker.until(lambda: abs(walker.video("currentTime") - 8.3) < 0.1)
    drag(page, 2, 15, drop=False)
    expect(start(page, 2)).to_have_value("0:11")  # not past its neighbour
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(start(page, 2)).to_have_value("0:08.300")

    handle(page, 3).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(handle(page, 3)).to_have_attribute("aria-valuetext", "Chapter 3, The price, at 0:14")
    expect(start(page, 3)).to_have_value("0:14")
    page.keyboard.press("Control+z")
    expect(start(page, 3)).to_have_value("0:12")
    page.keyboard.press("Shift+ArrowRight")
    expect(start(page, 3)).to_have_value("0:19")
    page.keyboard.press("Home")
    expect(start(page, 3)).to_have_value("0:09")
    for _step in range(4):
        page.keyboard.press("ArrowRight")

    page.locator("#chapter-list-title").click()  # beside everything
    page.keyboard.press("c")  # where a chapter begins already, it leads there
    expect(page.get_by_label("Title of chapter 3", exact=True)).to_be_focused()

    line = page.locator(".chapter-line__line")
    left = page.eval_on_selector(".chapter-line__line", LEFT, 17)
    page.mouse.click(left, line.bounding_box()["y"] + 10)
    walker.until(lambda: abs(walker.video("currentTime") - 17) < 0.2)
    page.keyboard.press("c")
    page.keyboard.type("Salt & <i>silence")
    page.keyboard.press("Enter")
    expect(page.locator(".chapter-line__parts")).to_contain_text("Salt & <i>silence")
    expect(page.locator(".chapter-line__scroll")).to_be_focused()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    wanted = [(0.0, "The reason"), (8.3, "The proof"), (13.0, "The price")]
    wanted.append((17.0, "Salt & <i>silence"))
    assert stored() == wanted

    member = walk().sign_in("member", to=world.first).start()
    marks = [list(one) for one in wanted]
    member.until(lambda: member.page.eval_on_selector("video", BAR) == marks)
    titles = member.page.locator("[data-part=chapters] [data-part=title]")
    assert titles.all_text_contents() == [title for _at, title in wanted]


def test_what_is_refused_stays_and_is_shown_before(walk, film, stored, stack, django_db_blocker):
    walker = edit(walk, film)
    walker.forgive("409")
    page = walker.page
    start(page, 2).fill("soon")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Chapter 2 needs a start")).to_be_visible()
    handle(page, 3).press("Shift+ArrowLeft")
    expect(start(page, 2)).to_have_value("soon")
    expect(start(page, 3)).to_have_value("0:02")
    start(page, 2).fill("0:40")
    expect(page.get_by_text("begins after the end")).to_be_visible()
    expect(page.locator(".chapter-line__parts [data-problem]")).to_have_count(1)
    start(page, 2).fill("0:07")
    start(page, 2).press("Enter")
    expect(page.get_by_text("begins after the end")).to_have_count(0)
    assert stored() == FIRST

    with stack.database(django_db_blocker):
        replace_chapters(asset=film, chapters=[(0.0, "Theirs")])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Somebody changed the chapters meanwhile")).to_be_visible()
    page.get_by_role("button", name="Show theirs").click()
    expect(page.get_by_role("slider")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(start(page, 3)).to_have_value("0:07")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert stored() == [(0.0, "The reason"), (2.0, "The price"), (7.0, "The proof")]


def test_a_finger_drags_a_handle_and_scrolls_a_line_that_is_zoomed(walk, film):
    phone = {"width": 390, "height": 844}
    walker = edit(walk, film, viewport=phone, has_touch=True, is_mobile=True)
    page = walker.page
    touch = page.context.new_cdp_session(page)
    handle(page, 2).scroll_into_view_if_needed()
    box = handle(page, 2).bounding_box()
    assert box["width"] >= 44
    y = box["y"] + box["height"] / 2
    to = page.eval_on_selector(".chapter-line__line", LEFT, 7)
    finger(touch, "touchStart", box["x"] + box["width"] / 2, y)
    for x in (box["x"] + 30, to - 4, to):
        finger(touch, "touchMove", x, y)
    finger(touch, "touchEnd")
    expect(start(page, 2)).to_have_value("0:07")
    width = "(line) => line.clientWidth / line.parentElement.clientWidth"

    def is_closer():
        page.get_by_role("button", name="closer").tap()  # one that stops a fling is no tap
        return page.eval_on_selector(".chapter-line__line", width) > 1

    walker.until(is_closer)


def finger(touch, kind, x=None, y=None):
    points = [] if x is None else [{"x": x, "y": y}]
    touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_proposals_land_on_the_timeline(walk, film, stored, stack, django_db_blocker):
    with stack.database(django_db_blocker):
        Asset.objects.filter(pk=film.pk).update(duration=130.0)
        replace_chapters(asset=film, chapters=[])
        say(film, list(talk()))
    page = edit(walk, film).page
    expect(page.get_by_text("No chapters yet.")).to_be_visible()
    page.get_by_role("button", name="Propose from the transcript").click()
    offers = page.locator(".chapter-mark")
    page.get_by_role("button", name="Take “", exact=False).first.wait_for()
    count = offers.count()
    page.locator(".chapter-mark[title$='at 1:04']").click()
    expect(handle(page, 1)).to_be_focused()
    expect(start(page, 1)).to_have_value("1:04")
    expect(offers).to_have_count(count - 1)
    page.get_by_role("button", name="Take all").click()
    expect(offers).to_have_count(0)
    expect(page.get_by_role("slider")).to_have_count(count)
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved at")).to_be_visible()
    starts = [at for at, _title in stored()]
    assert (len(starts), starts[0], 64.0 in starts) == (count, 0.0, True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chapter_editor_is_clean(walk, film, scheme):
    page = edit(walk, film, color_scheme=scheme, bypass_csp=True).page
    start(page, 2).fill("0:12.3")  # its handle would lie on the third's
    start(page, 1).fill("0:40")
    expect(page.locator(".chapter-line__parts [data-problem]")).to_have_count(1)
    assert violations(page) == []
    photograph(page, scheme)


def photograph(page, name):
    """Keep pictures of the screen where somebody asked for them."""
    folder = os.environ.get("PICTURES", "")
    for width in (1280, 768, 390) if folder else ():
        page.set_viewport_size({"width": width, "height": 844})
        page.screenshot(path=Path(folder) / f"chapters-{name}-{width}.png", full_page=True)


def test_chapters_are_typed_without_a_script(walk, film, stored):
    walker = walk(java_script_enabled=False)
    walker.forgive("422")
    page = walker.sign_in("editor", to=f"/admin/media/{film.pk}/chapters/").page
    page.get_by_label("Start of a chapter").first.fill("0:40")
    page.get_by_label("Title of a chapter").first.fill("The silence")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("“The silence” begins after the end.")).to_be_visible()
    expect(start(page, 4)).to_have_value("0:40")
    start(page, 4).fill("0:16")
    page.get_by_label("Title of chapter 2").fill("")
    start(page, 2).fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The chapters are saved.")).to_be_visible()
    assert stored() == [FIRST[0], FIRST[2], (16.0, "The silence")]
