"""The ties no import shows: hooks, job kinds, migrations, templates, settings."""

from __future__ import annotations

import ast
import inspect
import os
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.template.loader import get_template

from core.contract import ask, hookspecs
from core.contract.loading import registry
from tests.house.test_shape import ROOMS, sources

ROOT = Path(__file__).resolve().parents[2]
LINES = ("Return:", "Fail:")


def hooks() -> list[str]:
    return sorted(name for name, value in vars(hookspecs).items() if _is_hook(value))


def _is_hook(value: object) -> bool:
    return callable(value) and hasattr(value, "lectern_spec")


def test_there_are_hooks():
    assert len(hooks()) > 10


@pytest.mark.parametrize("name", hooks())
def test_every_hook_says_when_what_and_what_if_it_fails(name):
    words = getattr(hookspecs, name).__doc__ or ""
    assert words.startswith(("Asked:", "Told:"))
    assert all(line in words for line in LINES)


@pytest.mark.parametrize("name", hooks())
def test_every_announcement_says_from_which_site(name):
    hook = getattr(hookspecs, name)
    if (hook.__doc__ or "").startswith("Told:"):
        assert "site_id" in inspect.signature(hook).parameters


@pytest.mark.parametrize("name", hooks())
def test_every_hook_is_documented_and_tested(name):
    assert f"`{name}" in (ROOT / "docs" / "plugins.md").read_text()
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    assert re.search(rf"\b{name}\b", tests), f"no test asks or answers {name}"


def test_no_plugin_is_quarantined():
    assert {name: str(why) for name, why in registry.quarantine.items()} == {}


@pytest.mark.django_db
def test_every_job_kind_has_a_door():
    doors = {door.kind for door in ask("jobs")}
    assert kinds_enqueued() - doors == set()
    assert {schedule.kind for schedule in ask("schedules")} - doors == set()


def kinds_enqueued() -> set[str]:
    """Return every ``kind="…"`` that the house hands to ``enqueue``."""
    found = set()
    for path in sources(*ROOMS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and "enqueue" in ast.unparse(node.func):
                found |= {
                    word.value.value
                    for word in node.keywords
                    if word.arg == "kind" and isinstance(word.value, ast.Constant)
                }
    return found


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_has_a_name():
    own = [config for config in apps.get_app_configs() if ROOT in Path(config.path).parents]
    files = [
        path
        for config in own
        if ".venv" not in config.path
        for path in Path(config.path).glob("migrations/0*.py")
    ]
    assert len(files) > 2
    assert [path.name for path in files if "auto" in path.stem] == []


@pytest.mark.parametrize("name", ["title", "head", "main", "scripts", "body_class"])
def test_base_template_has_the_blocks_that_plugins_fill(name):
    assert f"{{% block {name} %}}" in Path(get_template("base.html").origin.name).read_text()


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process has no groups")
@pytest.mark.xdist_group("together")
def test_groups_reach_the_one_who_deals_out_tests(request):
    """It deals by the ending of a name; where that is lost, journeys share no stack."""
    assert request.node.nodeid.endswith("@together")
