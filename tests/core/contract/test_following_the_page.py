"""A provider in ten minutes: the page is followed to the letter and ends green."""

import sys

import pytest

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
