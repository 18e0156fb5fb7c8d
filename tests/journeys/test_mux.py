"""A film moves to Mux while a member could watch it, and plays from there by signed address."""

from __future__ import annotations

import pytest

from core.contract.services import flip, save_settings
from core.media.models import Asset
from core.media.moving.services import ask_moves
from pages.models import Lesson
from tests.plugins.mux.server import FakeMux


@pytest.fixture
def mux(tmp_path, stack):
    folder = tmp_path / "mux"
    folder.mkdir()
    with FakeMux(folder, hook_url=f"{stack.url}/hooks/mux/") as server:
        yield server


@pytest.fixture
def moved(stack, world, mux, django_db_blocker, wait_for):
    """Move the first lesson's film; it comes back afterwards, as others walk here too."""
    with stack.database(django_db_blocker):
        film = Lesson.objects.get(url_path__endswith=world.first).video
        site = film.site
        flip(site=site, plugin="mux", is_on=True)
        port = mux.url.rpartition(":")[2]
        told = {"takes_new": False, "data_key": "env1", "data_domain": f"localhost:{port}"}
        save_settings(plugin="mux", values={**mux.settings, **told}, site=site)
        (move,) = ask_moves(assets=[film], target="mux")
        wait_for(lambda: Asset.objects.get(pk=film.pk).provider == "mux", seconds=90)
    yield move
    with stack.database(django_db_blocker):
        Asset.objects.filter(pk=film.pk).update(provider="ffmpeg")
        flip(site=site, plugin="mux", is_on=False)


def test_a_moved_film_plays_from_mux_with_a_verified_webhook(walk, world, mux, moved):
    walker = walk().sign_in("member", to=world.first).start()
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
