"""The short form of `make drill-start`: from this environment, without an installation."""

import json
import shutil
import signal
import sys

import pytest

from config.environment import ROOT
from tests.starting import Start
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.early, pytest.mark.xdist_group("houses")]
COMMAND = [sys.executable, "-m", "config.supervisor"]


@pytest.fixture
def begin():
    """Start a copy; none is left behind by a test that fails."""
    begun = []

    def start(folder, **env):
        begun.append(Start(COMMAND, cwd=ROOT, folder=folder, **env))
        return begun[-1]

    yield start
    for one in begun:
        if one.process.poll() is None:
            one.kill()


def test_a_copy_starts_is_cut_off_and_lives_beside_another(begin, tmp_path):
    folder = tmp_path / "Köln & \"Bonn\" \\ 'x'"
    cut_off = begin(folder)
    cut_off.says("Making the tables")
    assert cut_off.ctrl_c() == 0
    assert cut_off.left() == []

    killed = begin(folder)
    killed.runs()
    assert "manage.py createsuperuser" in killed.output
    killed.kill()
    until(lambda: killed.left() == [], seconds=20)

    shutil.copytree(folder, tmp_path / "second")  # tables and all: it need not make them again
    first = begin(folder)
    first.runs()
    assert "Making the tables" not in first.output
    _another_lives_beside(begin, first, tmp_path / "second")
    assert first.ctrl_c() == 0
    assert first.left() == []


def _another_lives_beside(begin, first, folder):
    second = begin(folder)
    second.runs()
    ports = [json.loads((one.folder / "ports.json").read_text()) for one in (first, second)]
    assert not set(ports[0].values()) & set(ports[1].values())
    second.process.send_signal(signal.SIGTERM)
    assert second.ends() == 0
    assert second.left() == []
    assert first.status("/readyz") == 200


def test_no_start_leaves_anything_behind(begin, tmp_path):
    (tmp_path / "file").touch()
    stopped = begin(tmp_path / "file")
    assert stopped.ends() == 1
    assert stopped.output.strip().startswith(f"{tmp_path / 'file'} is a file where a folder is")
    assert stopped.left() == []
