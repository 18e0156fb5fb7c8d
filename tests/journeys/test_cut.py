"""An editor cuts a film with the keyboard, previews it, applies it, and goes back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from core.media.models import Asset
from core.media.services import delete, ingest
from core.members.models import Member
from tests.journeys.world import World
from tests.waiting import until


def test_a_film_is_cut_and_brought_back(walk, world):
    walker = walk().sign_in("editor", to=f"/admin/media/{world.asset}/cut/")
    page = walker.page
    walker.until(lambda: walker.video("readyState") > 0, seconds=30)
    whole = walker.video("duration")
    assert page.get_by_label("Start", exact=True).last.is_visible()
    page.get_by_role("slider", name="Start").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_label("Start", exact=True).last).to_have_value("0:02.00")
    page.evaluate("document.querySelector('video').currentTime = 5")
    walker.until(lambda: walker.video("currentTime") >= 5)
    page.locator("body").press("i")
    expect(page.get_by_role("status").get_by_text("Row 1 has no end")).to_be_visible()
    page.get_by_role("button", name="Apply the cut").click()
    assert page.get_by_label("Cut out to").evaluate("(field) => field.validity.customError")
    assert page.get_by_text("The cut is being prepared").count() == 0
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('video').currentTime = 8")
    walker.until(lambda: walker.video("currentTime") >= 8)
    page.locator("body").press("o")
    expect(page.get_by_label("Cut out from")).to_have_value("0:05.00")
    expect(page.get_by_label("Cut out to")).to_have_value("0:08.00")
    expect(page.get_by_text("Row 1 has no end")).to_have_count(0)
    photograph(page)

    page.get_by_role("button", name="Preview the result").click()
    walker.until(lambda: walker.video("currentTime") >= 2)
    page.evaluate("document.querySelector('video').currentTime = 4.5")
    walker.until(lambda: walker.video("currentTime") >= 8, seconds=10)
    page.get_by_role("button", name="Preview the result").click()

    page.get_by_role("button", name="Apply the cut").click()
    expect(page.get_by_text("The cut is being prepared")).to_be_visible()
    back = page.get_by_role("button", name="Go back to it")
    walker.until(lambda: page.reload() and back.count() == 1, seconds=90)
    page.goto(f"/admin/media/{world.asset}/")
    page.get_by_role("button", name="Play", exact=True).click()
    walker.until(lambda: abs(walker.video("duration") - (whole - 5)) < 0.3, seconds=20)

    page.goto(f"/admin/media/{world.asset}/cut/")
    back.click()
    expect(page.get_by_label("Start", exact=True).last).to_have_value("0:00.00")


@pytest.fixture
def own(stack, world, clip, django_db_blocker) -> Iterator[str]:
    """A film that nobody else walks by."""
    with stack.database(django_db_blocker):
        site = Site.objects.get(is_default_site=True)
        editor = Member.objects.get(email=World.email("editor"))
        film = ingest(site=site, member=editor, path=clip, title="Replaced")
        ready = Asset.objects.filter(pk=film.pk, status="ready")
        until(ready.exists, seconds=90)
    yield f"/admin/media/{film.pk}/cut/"
    with stack.database(django_db_blocker):
        delete(Asset.objects.get(pk=film.pk))


def test_a_file_that_replaces_another_is_followed_without_a_reload(walk, own, clip):
    page = walk().sign_in("editor", to=own).page
    page.wait_for_load_state("networkidle")
    versions = page.locator(".cut-version")
    before = max(versions.count(), 1)
    page.locator(".upload-drop__input").set_input_files(clip)
    expect(versions).to_have_count(before + 1, timeout=30_000)
    expect(versions.first).to_contain_text(clip.name)
    expect(versions.first).to_contain_text("Playing", timeout=90_000)


def photograph(page):
    """Keep pictures of the screen where somebody asked for them."""
    folder = os.environ.get("PICTURES", "")
    for width in (1440, 768, 360) if folder else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(folder) / f"cut-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})
