"""docs/plugins.md says what is so: its tables and files are those of the code."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from core.contract import hookdocs, hookspecs, scaffolding
from core.contract.fitting import spec_names

PAGE = settings.BASE_DIR / "docs" / "plugins.md"


def test_the_page_is_current():
    assert hookdocs.renewed(PAGE.read_text("utf-8")) == PAGE.read_text("utf-8")
    call_command("hook_docs", check=True)


def test_every_hook_stands_under_a_room_and_on_the_page():
    named = [name for names in hookdocs.rooms().values() for name in names]
    assert named == spec_names()
    text = PAGE.read_text("utf-8")
    assert [name for name in named if f"| `{name}(" not in text] == []


def test_a_hook_that_says_too_little_is_caught(monkeypatch):
    monkeypatch.setattr(hookspecs.navigation, "__doc__", "Asked: whenever.")
    with pytest.raises(ValueError, match="navigation does not say"):
        hookdocs.row("navigation")


def test_a_stale_page_is_caught(tmp_path, settings):
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "plugins.md"
    page.write_text("<!-- hooks -->\nold\n<!-- /hooks -->\n")
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="make docs"):
        call_command("hook_docs", check=True)
    call_command("hook_docs")
    assert "lesson_panels" in page.read_text()


@pytest.mark.parametrize("kind", scaffolding.KINDS)
def test_a_new_plugin_bears_its_own_name_everywhere(tmp_path, kind):
    out = StringIO()
    call_command("plugin_new", "wine_list", kind=kind, folder=tmp_path, stdout=out)
    files = [path for path in (tmp_path / "lectern-wine-list").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert "cellar" not in str(path).removeprefix(str(tmp_path)).lower()
        assert "cellar" not in path.read_text().lower()
    assert "pip install -e" in out.getvalue()


@pytest.mark.parametrize("name", ["", "Wine", "wine-list", "1wine", "../wine", "class", "w"])
def test_a_name_that_is_none_is_refused(tmp_path, name):
    with pytest.raises(CommandError, match="no name for a plugin"):
        call_command("plugin_new", name, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_plugin_that_is_there_is_not_overwritten(tmp_path):
    call_command("plugin_new", "wine", folder=tmp_path, stdout=StringIO())
    with pytest.raises(CommandError, match="is there already"):
        call_command("plugin_new", "wine", folder=tmp_path)
