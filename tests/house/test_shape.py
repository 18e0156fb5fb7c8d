"""Sizes, names and places: the walls of the house."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "plugins", "site", "workers")
FILE_WALL, TEST_WALL, FUNCTION_WALL, SETTINGS_WALL = 400, 600, 50, 250
LONG_FILES: dict[str, str] = {}  # path: why it may be longer
LONG_FUNCTIONS: dict[str, str] = {}  # path:name: why it may be longer
NO_NAMES = {"utils", "helpers", "common", "misc"}
OURS = ("core", "plugins", "pages", "config", "workers", "tests")


@cache
def committed() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def sources(*places: str) -> list[Path]:
    return [
        path
        for path in committed()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in places
        and "migrations" not in path.parts
    ]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_files_stay_within_the_wall():
    long = {
        short(path): len(path.read_text().splitlines())
        for place, wall in ((ROOMS, FILE_WALL), (("tests", "bench"), TEST_WALL))
        for path in sources(*place)
        if len(path.read_text().splitlines()) > wall and short(path) not in LONG_FILES
    }
    assert long == {}


def test_functions_stay_within_the_wall():
    long = {}
    for path in sources(*ROOMS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                name = f"{short(path)}:{node.name}"
                if lines > FUNCTION_WALL and name not in LONG_FUNCTIONS:
                    long[name] = lines
    assert long == {}


def test_exceptions_to_the_walls_are_still_needed():
    assert [name for name in LONG_FILES if not (ROOT / name).exists()] == []
    assert [name for name in LONG_FUNCTIONS if not (ROOT / name.partition(":")[0]).exists()] == []


def test_every_module_opens_with_a_line_that_says_what_it_is():
    silent = [short(path) for path in sources(*ROOMS, "tests") if not _opening(path)]
    assert silent == []


def _opening(path: Path) -> str:
    text = path.read_text()
    return (ast.get_docstring(ast.parse(text)) or "") if text.strip() else "empty"


def test_no_module_has_a_name_that_means_nothing():
    assert [short(path) for path in sources(*ROOMS) if path.stem in NO_NAMES] == []


def test_site_is_a_source_root_and_never_a_package():
    assert not (ROOT / "site" / "__init__.py").exists()


@pytest.mark.parametrize("name", OURS)
def test_our_top_level_names_are_ours(name):
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert ROOT in Path(spec.origin or next(iter(spec.submodule_search_locations))).parents


def test_settings_fit_a_glance():
    for path in (ROOT / "site" / "config" / "settings").glob("*.py"):
        assert len(path.read_text().splitlines()) < SETTINGS_WALL


def test_the_environment_is_read_in_one_place():
    """Before Django starts, the installer and the supervisor hand it on; nobody else looks."""
    allowed = ("site/config/",)
    reads = [
        short(path)
        for path in sources(*ROOMS)
        if re.search(r"os\.(environ|getenv)", path.read_text())
        and not short(path).startswith(allowed)
        and short(path) != "workers/app.py"
    ]
    assert reads == []


INLINE = re.compile(
    r"<style[\s>]|\sstyle=[\"']|\son(?:click|load|change|submit|input|error)=|javascript:"
    r"|<script(?![^>]*\bsrc=)(?![^>]*type=[\"'](?:importmap|application/(?:ld\+)?json)[\"'])",
    re.IGNORECASE,
)


def test_templates_have_no_inline_script_or_style():
    """A strict policy would refuse them in the browser; mails alone need style attributes."""
    faults = {
        short(path): found.group()
        for path in committed()
        if path.suffix == ".html" and "mail" not in path.parts and "email" not in path.parts
        if "tests" not in path.parts and (found := INLINE.search(path.read_text()))
    }
    assert faults == {}


FORBIDDEN = re.compile(r"/work/|registry\.npmjs\.org|pypi\.org/simple|files\.pythonhosted\.org")


def test_no_committed_file_names_a_machine_or_a_registry():
    own = short(Path(__file__))
    text = [path for path in committed() if path.suffix not in {".png", ".webp", ".woff2", ".ico"}]
    faults = [
        short(path)
        for path in text
        if short(path) != own and FORBIDDEN.search(path.read_text(errors="ignore"))
    ]
    assert faults == []


def test_nothing_is_left_to_do_in_comments():
    mark = re.compile(r"\b(TODO|FIXME|XXX|lorem ipsum)\b", re.IGNORECASE)
    own = short(Path(__file__))
    kinds = {".py", ".js", ".css", ".html"}
    assert [
        short(path)
        for path in committed()
        if path.suffix in kinds and short(path) != own and mark.search(path.read_text())
    ] == []


def test_bundled_plugins_are_listed():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    there = {
        path.stem
        for path in (ROOT / "plugins").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }
    assert set(listed["lectern.plugins"]) == there
    assert set(listed["lectern.plugins"].values()) == {f"plugins.{name}" for name in there}


def test_every_dependency_stands_in_the_lock_with_a_hash():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *(word for words in project["project"]["optional-dependencies"].values() for word in words),
        *project["dependency-groups"]["dev"],
    ]
    lock = (ROOT / "requirements.lock").read_text().lower().replace("_", "-")
    entries = re.split(r"\n(?=\S)", lock)
    hashed = {entry.partition("==")[0] for entry in entries if "--hash=sha256:" in entry}
    names = {re.split(r"[\[<>=;~ ]", word)[0].lower().replace("_", "-") for word in wanted}
    assert names - hashed == set()
