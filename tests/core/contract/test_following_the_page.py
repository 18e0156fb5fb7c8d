"""A provider in ten minutes: the page is followed to the letter and ends green."""

import sys
from importlib import util

import pytest

spec = util.spec_from_file_location(
    "following", __file__.replace("test_following_the_page", "following")
)
following = util.module_from_spec(spec)
spec.loader.exec_module(following)


def pytest_in(folder, target):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
    ]
    return following.run(command, cwd=folder, PYTHONPATH=f"{target}")


@pytest.mark.slow
def test_a_provider_in_ten_minutes(tmp_path):
    source, target = tmp_path / "source", tmp_path / "installed"
    files = following.blocks("A provider in ten minutes")
    assert sorted(files) == ["lectern_cellar.py", "pyproject.toml", "test_lectern_cellar.py"]
    following.write(files, source)
    following.pip_install(source, target)
    assert "44 passed" in pytest_in(source, target)
