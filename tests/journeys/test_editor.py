"""An editor brings a film in, reloads half-way, sees it prepared, and publishes the lesson."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.clips import make_clip

SLOW = 1_500_000  # bytes a second, so that there is a half-way


def _upload_at(page, rate: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": rate},
    )


def _open_uploads(page) -> None:
    page.get_by_role("button", name="Choose or upload a video").first.click()
    page.get_by_role("tab", name="Upload").click()


def test_editor_uploads_with_a_reload_in_the_middle_and_publishes(walk, world, tmp_path):
    film = make_clip(tmp_path / "after the sale.mp4", seconds=12, bit_rate="6M")
    walker = walk().sign_in("editor", to=f"/admin/pages/{world.draft}/edit/")
    page = walker.page
    page.on("dialog", lambda dialog: dialog.accept())
    _upload_at(page, SLOW)
    _open_uploads(page)
    page.locator(".modal .upload-drop__input").set_input_files(film)
    bar = page.locator(".modal .upload-row progress")
    walker.until(lambda: float(bar.get_attribute("value") or 0) > 0.2, seconds=30)
    page.reload()

    _upload_at(page, -1)
    _open_uploads(page)
    row = page.locator(".modal .upload-row", has_text="after the sale")
    expect(row).to_be_visible()
    with page.expect_file_chooser() as chooser:
        row.get_by_role("button", name="Choose the file to go on").click()
    chooser.value.set_files(film)
    row.get_by_role("button", name="Use it now").click(timeout=60_000)

    state = page.locator(".asset-state")
    expect(state).to_be_visible()
    walker.until(lambda: state.get_attribute("data-playable") == "true", seconds=90)
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.locator("[name=action-publish]").click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/$"))

    watcher = walk().sign_in("member", to=world.first)
    watcher.page.locator(".outline a", has_text="After the sale").click()
    watcher.start()
    assert watcher.video("duration") > 11
