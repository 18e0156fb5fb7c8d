"""Fresh clones, started as newcomers start them: cut off, killed, full, offline, side by side."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.clones import fresh_clone
from tests.starting import Start
from tests.waiting import until

pytestmark = pytest.mark.drill
MAKE = ["make", "run"]
APART = ["unshare"] if os.geteuid() == 0 else ["unshare", "-r"]


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    return fresh_clone(tmp_path_factory.mktemp("start") / "öl & wasser")


@pytest.fixture
def begin(clone):
    begun = []

    def start(name, *, command=MAKE, cwd=clone, **env):
        begun.append(Start(command, cwd=cwd, folder=cwd.parent / name, **env))
        return begun[-1]

    yield start
    for one in begun:
        if one.process.poll() is None:
            one.kill()


def test_without_a_network_it_says_so(begin, tmp_path):
    alone = fresh_clone(tmp_path / "clone")
    home = tmp_path / "home"  # nothing is cached there
    home.mkdir()
    offline = begin("data", command=[*APART, "-n", *MAKE], cwd=alone, HOME=str(home))
    assert offline.ends() == 2
    assert "The packages could not be fetched: is this machine online" in offline.output
    assert "Retrying" not in offline.output
    assert offline.left() == []


@pytest.mark.parametrize(
    "words", ["Making a virtual environment", "Fetching the installer", "Installing up to"]
)
def test_cut_off_while_installing_nothing_runs_on(begin, words):
    cut_off = begin("data")
    cut_off.says(words)
    assert cut_off.ctrl_c() != 0
    assert cut_off.output.count("what is done stays done") == 1
    assert cut_off.left_of_the_clone() == []


@pytest.mark.parametrize("words", ["Making the tables", "Planting the demo", "Starting web"])
def test_cut_off_while_preparing_nothing_runs_on(begin, words):
    cut_off = begin("data", DEMO="1")
    cut_off.says(words)
    cut_off.ctrl_c()
    assert "Traceback" not in cut_off.output
    assert cut_off.left() == []


def test_the_next_start_is_whole(begin):
    whole = begin("data", DEMO="1")
    whole.runs()
    assert "member@lectern.example" in whole.output
    assert whole.status("/") == 200
    whole.ctrl_c()
    assert whole.left() == []


def test_two_live_beside_each_other_and_stop_alone(begin):
    first, second = begin("data", DEMO="1"), begin("second")
    first.runs()
    second.runs()
    assert (first.status("/"), second.status("/")) == (200, 200)
    second.ctrl_c()
    assert second.left() == []
    assert first.status("/readyz") == 200
    again = begin("data")
    assert again.ends() == 2
    assert f"running already, at http://localhost:{first.port}/" in again.output


def test_killed_it_leaves_nothing_and_starts_again(begin):
    killed = begin("data")
    killed.runs()
    killed.kill()
    until(lambda: killed.left() == [], seconds=20)
    begin("data").runs()


CRASHES = {
    "web": ("web ended (killed by SIGKILL)", "granian"),
    "worker": ("worker ended (killed by SIGKILL)", "--hostname worker@"),
    "media": ("media ended (killed by SIGKILL)", "--hostname media@"),
    "scheduler": ("scheduler ended (killed by SIGKILL)", " beat "),
    "PostgreSQL": ("PostgreSQL runs again", "bin/postgres -D"),
    "Redis": ("Redis runs again", "valkey-server"),
}


def test_whatever_crashes_is_named_and_started_again(begin):
    site = begin("data")
    site.runs()
    for words, command in CRASHES.values():
        os.kill(site.pid_of(command), signal.SIGKILL)
        site.says(words)
        until(lambda: site.status("/readyz") == 200, seconds=60)
    assert site.process.poll() is None
    site.ctrl_c()
    assert site.left() == []


def test_on_a_disk_that_is_full_from_the_start_it_says_so(begin, clone):
    full = begin("small", command=on_a_disk_of("200m", clone.parent / "small"))
    assert full.ends() == 2
    assert "The disk is full: 200 MB are free below" in full.output


def test_a_disk_that_fills_up_is_waited_for(begin, clone):
    site = begin("small", command=on_a_disk_of("1100m", clone.parent / "small"))
    site.runs()
    ballast = Path(f"/proc/{site.pid_of('config.supervisor')}/root{site.folder}/ballast")
    with pytest.raises(OSError, match="No space left"):
        fill(ballast)
    site.says("The disk is nearly full")
    for name in ("PostgreSQL", "Redis"):
        os.kill(site.pid_of(CRASHES[name][1]), signal.SIGKILL)
        site.says(f"{name} ended")
    assert site.process.poll() is None
    ballast.unlink()
    site.says("There is room again")
    until(lambda: site.status("/readyz") == 200, seconds=120)
    site.ctrl_c()
    assert site.left() == []


def fill(ballast):
    with ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(2**20))


def on_a_disk_of(size, folder):
    """Mount a small disk that only this start sees; it goes when the last process does."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    script = 'mount -t tmpfs -o size="$0" tmpfs "$1" && exec make run'
    return [*APART, "-m", "sh", "-c", script, size, str(folder)]


def test_an_old_python_is_told_which_it_needs(clone):
    script = "import sys; sys.version_info = (3, 8, 18); sys.argv = ['bootstrap.py', 'run'];"
    script += "import runpy; runpy.run_path('site/config/bootstrap.py', run_name='__main__')"
    done = subprocess.run(
        ["python3", "-c", script], cwd=clone, capture_output=True, text=True, check=False
    )
    assert "Lectern needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "is 3.8." in done.stderr
