"""A provider in ten minutes: the page is followed to the letter and ends green."""

import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.core.contract import following

PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


@pytest.mark.slow
def test_a_provider_in_ten_minutes(tmp_path):
    source, target = tmp_path / "source", tmp_path / "installed"
    files = following.blocks("A provider in ten minutes")
    assert sorted(files) == ["lectern_cellar.py", "pyproject.toml", "test_lectern_cellar.py"]
    following.write(files, source)
    following.pip_install(source, target)
    told = following.run([*PYTEST, "--rootdir", str(source)], cwd=source, PYTHONPATH=str(target))
    assert "44 passed" in told


@pytest.mark.slow
def test_a_new_feature_starts_green(tmp_path):
    call_command("plugin_new", "wine_list", folder=tmp_path, stdout=StringIO())
    source, target = tmp_path / "lectern-wine-list", tmp_path / "installed"
    following.pip_install(source, target)
    path = f"{target}:{settings.BASE_DIR}:{settings.BASE_DIR / 'site'}"
    bare = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": path}
    told = following.run([*PYTEST, "--rootdir", str(source)], cwd=source, **bare)
    assert "7 passed" in told
