"""Films and Mux: one moves there and plays by signed address, another goes there by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from core.contract.services import flip, save_settings
from core.media.models import Asset
from core.media.moving.services import ask_moves
from pages.models import Lesson
from tests.journeys.clips import make_clip
from tests.journeys.test_editor import SLOW, _upload_at
from tests.plugins.mux.server import FakeMux
from tests.waiting import until


@pytest.fixture
def mux(tmp_path, stack):
    folder = tmp_path / "mux"
    folder.mkdir()
    with FakeMux(folder, hook_url=f"{stack.url}/hooks/mux/") as server:
        yield server


@pytest.fixture
def moved(stack, world, mux, django_db_blocker):
    """Move the first lesson's film; it comes back afterwards, as others walk here too."""
    with stack.database(django_db_blocker):
        film = Lesson.objects.get(url_path__endswith=world.first).video
        site = film.site
        flip(site=site, plugin="mux", is_on=True)
        port = mux.url.rpartition(":")[2]
        told = {"takes_new": False, "data_key": "env1", "data_domain": f"localhost:{port}"}
        save_settings(plugin="mux", values={**mux.settings, **told}, site=site)
        (move,) = ask_moves(assets=[film], target="mux")
        until(lambda: Asset.objects.get(pk=film.pk).provider == "mux", seconds=90)
    yield move
    with stack.database(django_db_blocker):
        Asset.objects.filter(pk=film.pk).update(provider="ffmpeg", provider_data={})
        film.renditions.filter(provider="mux").delete()
        flip(site=site, plugin="mux", is_on=False)


def test_a_moved_film_plays_from_mux_with_a_verified_webhook(walk, world, mux, moved):
    walker = walk().sign_in("member", to=world.first).start()
    walker.forgive(r"\[mux\] A monitor for .* has not been initialized")  # as the page goes
    walker.until(lambda: walker.video("currentTime") > 1)
    played = [path for path in mux.asked if path.startswith("GET /stream/")]
    assert any(path.endswith(".ts") for path in played)
    walker.pause()
    walker.until(lambda: any("viewstart" in beacon for beacon in mux.beacons))
    names = [cookie["name"] for cookie in walker.page.context.cookies()]
    assert [name for name in names if "mux" in name] == []


def test_nobody_is_measured_who_asks_not_to_be(walk, world, mux, moved):
    walker = walk()
    walker.page.add_init_script("navigator.__defineGetter__('globalPrivacyControl', () => true)")
    walker.sign_in("member", to=world.first).start()
    walker.until(lambda: walker.video("currentTime") > 1)
    walker.pause()
    assert mux.beacons == []


@pytest.fixture
def straight(stack, world, mux, django_db_blocker):
    """Have new files sent straight to Mux."""
    with stack.database(django_db_blocker):
        site = Site.objects.get(is_default_site=True)
        flip(site=site, plugin="mux", is_on=True)
        save_settings(plugin="mux", values={**mux.settings, "takes_files": True}, site=site)
    yield
    with stack.database(django_db_blocker):
        flip(site=site, plugin="mux", is_on=False)


def test_a_file_goes_straight_to_mux_with_a_reload_in_the_middle(
    walk, world, mux, straight, stack, tmp_path, django_db_blocker
):
    film = make_clip(tmp_path / "straight there.mp4", seconds=12, bit_rate="6M")
    walker = walk().sign_in("editor", to="/admin/media/add/")
    page = walker.page
    sent = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.on("dialog", lambda dialog: dialog.accept())
    _upload_at(page, SLOW)
    page.locator(".upload-drop__input").set_input_files(film)
    row = page.locator(".upload-page .upload-row", has_text="straight there")
    bar = row.locator("progress")
    walker.until(lambda: float(bar.get_attribute("value") or 0) > 0.2, seconds=30)
    row.get_by_role("button", name="Pause").click()
    expect(row).to_have_attribute("data-state", "paused")
    row.get_by_role("button", name="Resume").click()
    before = float(bar.get_attribute("value"))
    walker.until(lambda: float(bar.get_attribute("value")) > before + 0.1, seconds=30)
    page.reload()

    _upload_at(page, -1)
    expect(row).to_contain_text("stopped when the page was closed")
    with page.expect_file_chooser() as chooser:
        row.get_by_role("button", name="Choose the file to go on").click()
    chooser.value.set_files(film)
    expect(row).to_have_attribute("data-state", "done", timeout=30_000)
    assert not [one for one in sent if one.startswith("PATCH")]
    (number,) = mux.uploads
    assert (mux.folder / number).read_bytes() == film.read_bytes()

    with stack.database(django_db_blocker):
        asset = Asset.objects.get(title="straight there")
        walker.until(lambda: Asset.objects.get(pk=asset.pk).status == "ready", seconds=60)
        asset.refresh_from_db()
        assert (asset.provider, asset.original) == ("mux", None)
