"""Captions are uploaded, corrected in the editor, and seen corrected by a member."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.violations import violations
from tests.journeys.walker import Walker

VTT = """WEBVTT

00:00.500 --> 00:04.000
People bye for two reasons.

00:06.000 --> 00:09.000
They want a change they can see.

00:12.000 --> 00:15.000
And they trust the person.
"""
CAPTIONS = """(video) => [...video.textTracks]
  .filter((track) => track.kind === "captions")
  .map((track) => ((track.mode = "hidden"), [...(track.cues ?? [])].map((cue) => cue.text)))[0]"""


def test_a_corrected_caption_reaches_the_member(walk, world, tmp_path):
    walker = editing(walk(), world, tmp_path)
    page = walker.page
    second = page.get_by_label("Text of caption 0:06.000")
    walker.page.locator("video").wait_for(state="attached")
    walker.until(lambda: walker.video("readyState") > 0, seconds=30)
    second.click(position={"x": 12, "y": 12})
    walker.until(lambda: abs(walker.video("currentTime") - 6) < 0.6)

    first = page.get_by_label("Text of caption 0:00.500")
    first.fill("People buy for two reasons.")
    expect(page.get_by_text("Draft kept at")).to_be_visible()
    second.focus()
    page.keyboard.press("Control+j")
    expect(page.locator(".cue")).to_have_count(2)
    second.fill("They want it.")
    for count in (2, 3):
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".cue")).to_have_count(count)
    expect(second).to_have_value("They want a change they can see.")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved as version 2")).to_be_visible()

    member = walk().sign_in("member", to=world.first)
    member.start()
    member.until(lambda: bool(captions(member)), seconds=20)
    assert captions(member)[0] == "People buy for two reasons."
    member.page.goto(transcript_of(member))
    link = member.page.get_by_role("link", name="Play from 0:12")
    link.click()
    member.start()
    member.until(lambda: member.video("currentTime") >= 11.5, seconds=20)


def editing(walker, world, tmp_path):
    """Upload the captions, and open their editor."""
    file = tmp_path / "film.vtt"
    file.write_text(VTT)
    page = walker.sign_in("editor", to=f"/admin/media/{world.asset}/words/").page
    page.get_by_label("WebVTT or SubRip file").set_input_files(file)
    page.get_by_role("button", name="Upload", exact=True).click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Text of caption 0:00.500").wait_for()
    return walker


def captions(walker):
    return walker.page.eval_on_selector("video", CAPTIONS)


def transcript_of(walker):
    number = walker.page.locator("[data-lesson-page-value]").get_attribute("data-lesson-page-value")
    return f"/transcript/{number}/"


def test_who_was_signed_out_is_told_and_loses_nothing(walk, world, tmp_path):
    walker = editing(walk(), world, tmp_path)
    walker.forgive("403")
    page = walker.page
    first = page.get_by_label("Text of caption 0:00.500")
    first.wait_for()
    page.context.clear_cookies(name="sessionid")
    first.fill("People buy for three reasons.")
    expect(page.get_by_text("You have been signed out.")).to_be_visible()

    other = Walker(page.context.new_page(), world).sign_in("editor", to="/admin/")
    other.page.close()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as version")).to_be_visible()
    expect(first).to_have_value("People buy for three reasons.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_colleagues_captions_are_read_beside_ones_own(walk, world, tmp_path, scheme):
    mine = editing(walk(color_scheme=scheme, bypass_csp=True), world, tmp_path)
    mine.forgive("409")
    page = mine.page
    theirs = walk().sign_in("operator", to=urlsplit(page.url).path).page
    theirs.get_by_label("Text of caption 0:00.500").fill("People buy for three reasons.")
    theirs.get_by_role("button", name="Save", exact=True).click()
    expect(theirs.get_by_text("Saved as version")).to_be_visible()

    page.get_by_label("Text of caption 0:12.000").fill("And they trust you.")
    page.get_by_label("End of caption 0:06.000").fill("0:05")
    page.keyboard.press("Tab")
    wrong = page.get_by_label("End of caption 0:06.000")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    wrong.fill("0:09")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("saved meanwhile")).to_be_visible()
    expect(page.get_by_text("Draft kept at")).to_be_visible()
    expect(wrong).to_have_attribute("aria-invalid", "false")
    assert violations(page) == []
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Look at theirs").click()
    look = opened.value
    expect(look.get_by_text("differs in 2 places")).to_be_visible()
    expect(look.locator(".words-differ").last).to_contain_text("And they trust the person.")
    expect(look.locator(".words-differ").last).to_contain_text("And they trust you.")
    assert violations(look) == []
    look.close()
    page.get_by_role("button", name="Save mine as the next version").click()
    expect(page.get_by_text("Saved as version")).to_be_visible()
    expect(page.get_by_text("saved meanwhile")).to_be_hidden()
