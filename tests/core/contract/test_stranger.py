"""A stranger's plugin, made by following docs/plugins.md: it adds, is switched off, and breaks."""

import json
import shutil
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from core.contract.fitting import spec_names
from tests.conftest import clone_of_template, drop
from tests.core.contract import following

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("houses")]
VISITS = Path(__file__).parent / "stranger_visits.py"
ROOT = following.PAGE.parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Follow the page: one file, moved into a folder, the rest beside it; then pip install."""
    folder = tmp_path_factory.mktemp("stranger")
    source, target = folder / "source", folder / "installed"
    following.write(following.blocks("A provider in ten minutes"), source)
    (source / "lectern_cellar").mkdir()
    (source / "lectern_cellar.py").rename(source / "lectern_cellar" / "provider.py")
    following.write(following.blocks("Grow it into a feature"), source)
    following.pip_install(source, target)
    return target


class House:
    """The house in processes of their own, with a database of their own."""

    def __init__(self, plugins):
        self.plugins = plugins
        self.database = clone_of_template("stranger")
        self.environment = {
            "DATABASE_URL": self.url(),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "PYTHONPATH": f"{plugins}:{ROOT}:{ROOT / 'site'}",
        }

    def url(self):
        parts = connection.get_connection_params()
        user, word = quote(parts["user"]), quote(parts.get("password") or "")
        host, port = quote(parts.get("host") or "", safe=""), parts.get("port") or 5432
        return f"postgres://{user}:{word}@{host}:{port}/{self.database}"

    def manage(self, *words, **environment):
        command = [sys.executable, "manage.py", *words]
        return following.run(command, cwd=ROOT, **self.environment | environment)

    def visit(self, *words):
        command = [sys.executable, str(VISITS), *words]
        told = following.run(command, cwd=ROOT, **self.environment)
        return json.loads(told.splitlines()[-1])


@pytest.fixture
def house(installed, tmp_path, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        own = House(Path(shutil.copytree(installed, tmp_path / "plugins")))
    yield own
    with django_db_blocker.unblock():
        drop(own.database)


PRESENT = {"panel": True, "link": True, "page": 200, "provider": True}
ABSENT = {"panel": False, "link": False, "page": 404, "provider": False}


SNIPPET = """
from wagtail.snippets.models import register_snippet
register_snippet(Label)
"""


def test_it_adds_what_it_brings_and_disappears_where_it_is_off(house):
    models = house.plugins / "lectern_cellar" / "models.py"
    models.write_text(models.read_text() + SNIPPET)
    assert "lectern_cellar.0001_label... OK" in house.manage("migrate")
    assert house.visit("whole") == {
        "quarantine": [],
        "missing migrations": None,
        "static": True,
        "label shown": True,
        "both on": {"here": PRESENT, "there": PRESENT},
        "off here": {"here": ABSENT, "there": PRESENT},
        "on": [False, True, True],
        "features": True,
        "snippets": [[True] * 3, [False] * 3, [True] * 3],
    }


def test_it_raises_in_every_hook_and_the_site_lives(house):
    hooks = [name for name in spec_names() if name != "enqueue_job"]
    raising = "\n".join(
        f"@hookimpl\ndef {name}(): raise RuntimeError('on purpose')" for name in hooks
    )
    (house.plugins / "lectern_cellar" / "hooks.py").write_text(
        f"from core.contract import hookimpl\n{raising}\n"
    )
    seen = house.visit("broken", "6", "on purpose", "left alone")
    assert seen["quarantine"] == []
    assert seen["features"] == ["on purpose", "left alone"]
    assert seen["statuses"] == [200, 403]  # access fails closed: nobody sees the lesson
    assert seen["others"] == "local_disk"
    assert seen["jobs"]


def test_it_raises_in_its_pieces_and_staff_see_where(house):
    raising = "@hookimpl\ndef {}(): raise RuntimeError('on purpose')\n"
    pieces = "".join(map(raising.format, ["lesson_panels", "navigation", "dashboard_cards"]))
    hooks = house.plugins / "lectern_cellar" / "hooks.py"
    hooks.write_text(f"from core.contract import hookimpl\n{pieces}")
    seen = house.visit("broken", "1", "on purpose")
    assert seen["statuses"] == [200]
    assert (seen["staff see"], seen["members see"]) == (True, False)


FAULTS = {
    "__init__.py": "import a_library_nobody_has",
    "hooks.py": "1 / 0",
    "models.py": "from django.db import models\nclass Label(models.Model): pass\n1 / 0",
    "apps.py": "1 / 0",
    "urls.py": "1 / 0",
    "wagtail_hooks.py": "1 / 0",
}


@pytest.mark.parametrize("file", FAULTS)
def test_it_cannot_be_imported_and_the_site_lives(house, file):
    (house.plugins / "lectern_cellar" / file).write_text(FAULTS[file])
    how = "migrated" if file == "models.py" else "broken"
    seen = house.visit(how, "0", "Quarantined", "cannot be used")
    assert seen["quarantine"] == ["Plugin cellar"]
    assert ("a_library_nobody_has" if file == "__init__.py" else "division by zero") in seen[
        "reason"
    ]
    assert seen["features"] == ["Quarantined", "cannot be used"]
    assert seen["statuses"] == [200]
    assert seen["url"] == 404
    assert seen["others"] == "local_disk"


FAULTY_MIGRATIONS = {
    "import a_library_nobody_has": "a_library_nobody_has",
    "answer = 42": "it holds no class Migration",
    """from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("lectern_cellar", "0001_gone")]
""": "it builds on lectern_cellar.0001_gone, which is not there",
    """from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("nobodys_app", "0001_initial")]
""": "it builds on nobodys_app.0001_initial, which is not there",
    """from django.db import migrations
class Migration(migrations.Migration):
    dependencies = []
""": "it and 0001_label are both the last one",
}


@pytest.mark.parametrize("body, why", FAULTY_MIGRATIONS.items(), ids=range(len(FAULTY_MIGRATIONS)))
def test_its_migration_is_broken_and_everybody_elses_run(house, body, why):
    (house.plugins / "lectern_cellar" / "migrations" / "0002_broken.py").write_text(body)
    seen = house.visit("migrated", "0", "Quarantined", "cannot be used")
    assert "No migrations to apply" in seen["migrate"]
    assert seen["quarantine"] == ["Plugin cellar"]
    assert why in seen["reason"]
    assert (seen["statuses"], seen["url"], seen["others"]) == ([200], 404, "local_disk")


def test_strict_plugins_stops_the_start(house):
    (house.plugins / "lectern_cellar" / "hooks.py").write_text(FAULTS["hooks.py"])
    with pytest.raises(AssertionError, match=r"Plugin cellar: .*division by zero"):
        house.manage("check", "--strict-plugins")


def test_safe_mode_and_plugins_off_leave_it_out(house):
    (house.plugins / "lectern_cellar" / "hooks.py").write_text(FAULTS["hooks.py"])
    for environment in ({"SAFE_MODE": "1"}, {"PLUGINS_OFF": "cellar"}):
        assert "no issues" in house.manage("check", "--strict-plugins", **environment)
