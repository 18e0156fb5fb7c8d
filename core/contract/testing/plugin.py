"""What every plugin must do, whatever it adds: inherit ``PluginContract`` and give its ``name``."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from core.contract import discovery, fitting, registry
from core.contract.discovery import Found

NEIGHBOURS = {"config", "pages", "plugins", "workers"}


class PluginContract:
    """Every promise of a plugin, each as a test; needs Django's settings, no database."""

    @pytest.fixture
    def name(self) -> str:
        """Return the plugin's name: that of its entry point."""
        raise NotImplementedError("Override the fixture `name` and return your plugin's.")

    @pytest.fixture
    def found(self, name: str) -> Found:
        points = {plugin.name: plugin for plugin in discovery.find()}
        assert name in points, f"Install it first: no entry point {name} in {discovery.GROUP}."
        return points[name]

    def test_fits_the_house(self, found: Found) -> None:
        manifest, _ = fitting.fit(found)
        assert manifest.summary.endswith(".")
        assert manifest.version

    def test_is_loaded(self, name: str) -> None:
        assert registry.quarantine.get(name) is None
        assert name in registry.plugins

    def test_answers_something(self, found: Found) -> None:
        _, hooks = fitting.fit(found)
        assert fitting.answered(hooks)

    def test_sees_no_neighbour(self, found: Found) -> None:
        for file in files_of(found):
            assert not imports_of(file) & (NEIGHBOURS - {found.module.partition(".")[0]}), file

    def test_keeps_templates_and_static_files_under_its_name(self, found: Found) -> None:
        for kind in ("templates", "static"):
            folder = root_of(found) / kind
            if found.is_folder and folder.is_dir():
                assert [path.name for path in folder.iterdir()] == [found.name]

    def test_has_every_migration(self, found: Found) -> None:
        if not found.is_folder or not found.has("models"):
            return
        label = next(app.label for app in apps.get_app_configs() if app.name == found.module)
        loader = MigrationLoader(None)
        wanted = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        assert label in loader.migrated_apps
        assert label not in wanted.changes(graph=loader.graph)

    def test_lets_its_urls_be_read(self, found: Found) -> None:
        if found.is_folder and found.has("urls"):
            assert fitting.take_in(f"{found.module}.urls").urlpatterns


def root_of(found: Found) -> Path:
    spec = find_spec(found.module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def files_of(found: Found) -> list[Path]:
    if found.is_folder:
        return sorted(root_of(found).rglob("*.py"))
    spec = find_spec(found.module)
    assert spec is not None
    assert spec.origin is not None
    return [Path(spec.origin)]


def imports_of(file: Path) -> set[str]:
    """Return the top-level packages a file imports by their absolute names."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found
