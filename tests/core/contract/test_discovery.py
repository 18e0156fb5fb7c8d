"""Plugins are found by entry points alone; nothing is imported on the way."""

import sys

import pytest
from django.conf import settings

from core.contract import discovery
from core.contract.discovery import Found


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Lay down installed distributions, as pip would."""
    monkeypatch.syspath_prepend(tmp_path)

    def lay(distribution, name, module, *files):
        info = tmp_path / f"{distribution.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n"
        )
        (info / "entry_points.txt").write_text(f"[lectern.plugins]\n{name} = {module}\n")
        for file in files:
            path = tmp_path / file
            path.parent.mkdir(exist_ok=True)
            path.write_text("raise RuntimeError('imported')\n")

    return lay


def named(name):
    return next(plugin for plugin in discovery.find() if plugin.name == name)


def test_a_plugin_is_known_by_its_entry_point(packages):
    packages("lectern-jar", "jar", "lectern_jar", "lectern_jar.py")
    assert named("jar") == Found("jar", "lectern_jar", "lectern-jar", "1.2")
    assert not named("jar").is_bundled
    assert named("local_disk").is_bundled
    assert "lectern_jar" not in sys.modules


def test_only_folders_become_apps_and_nothing_is_imported(packages):
    packages("lectern-jar", "jar", "lectern_jar", "lectern_jar.py")
    packages("lectern-box", "box", "lectern_box", "lectern_box/__init__.py")
    packages("lectern-gone", "gone", "lectern_gone")
    found = discovery.plugin_apps()
    assert "core.contract.guarded.box" in found
    assert "core.contract.guarded.ffmpeg" in found
    assert not {"core.contract.guarded.jar", "core.contract.guarded.gone"} & set(found)
    assert "lectern_box" not in sys.modules


def test_what_is_off_is_not_found(packages):
    packages("lectern-box", "box", "lectern_box", "lectern_box/__init__.py")
    assert "box" not in {plugin.name for plugin in discovery.find(off=["box"])}
    assert discovery.find(safe_mode=True) == []
    assert discovery.plugin_apps(safe_mode=True) == []


def test_two_packages_of_one_name_clash_and_the_bundled_one_is_named_first(packages):
    packages("lectern-evil", "local_disk", "evil_disk", "evil_disk.py")
    assert (named("local_disk").module, named("local_disk").clash) == (
        "plugins.local_disk",
        "evil_disk",
    )


def test_every_bundled_plugin_is_listed():
    folder = settings.BASE_DIR / "plugins"
    there = {path.stem for path in folder.iterdir() if not path.name.startswith(("_", "."))}
    assert there == {plugin.name for plugin in discovery.find() if plugin.is_bundled}
