"""What `make run` says when something stands in the way, and how it tends what it has started."""

import errno
import os
import signal
import socket
import sys
from contextlib import closing

import environ
import pytest

from config import troubles
from config.embedded.ports import free_port
from config.embedded.valkey import Valkey
from config.environment import Environment
from config.supervisor.children import Child
from config.supervisor.copy import Copy
from config.supervisor.patience import MOST_ENDS, Patience
from config.supervisor.servers import Tended
from config.troubles import Trouble
from tests.waiting import until


class Clock:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self):
        return self.now


class Reader(environ.Env):
    """The environment of another start, not ours."""

    def __init__(self, **values):
        super().__init__()
        self.ENVIRON = values


def copy_of(folder, **values):
    return Copy(Environment(read=Reader(**values), data_dir=folder), {})


# --- the folder and the port --------------------------------------------------------------


def test_a_file_where_the_folder_should_be_is_named(tmp_path):
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(Trouble, match="is a file where a folder is needed"):
            copy_of(place).claim()


def test_a_folder_of_somebody_elses_is_named(tmp_path):
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path))
    assert troubles.of_folder(error, tmp_path).startswith(f"{tmp_path} may not be written by you.")


def test_a_read_only_disk_and_a_full_one_are_told_apart(tmp_path):
    words = {
        number: troubles.of_folder(OSError(number, ""), tmp_path)
        for number in (errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
    }
    assert "mounted read-only" in words[errno.EROFS]
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        assert words[number].startswith("The disk is full: ")
    assert words[errno.EIO] is None


def test_a_copy_that_runs_keeps_the_next_one_out(tmp_path):
    first, second = copy_of(tmp_path, PORT="8123"), copy_of(tmp_path, PORT="8124")
    first.claim()
    first.tell()
    with pytest.raises(Trouble, match="running already, at http://localhost:8123/"):
        second.claim()
    first.lock.close()
    second.claim()
    second.lock.close()


def test_a_lock_nobody_holds_is_no_obstacle(tmp_path):
    (tmp_path / "running.lock").write_text("4711")
    copy = copy_of(tmp_path)
    copy.claim()
    with pytest.raises(Trouble, match="running already"):
        copy_of(tmp_path).claim()
    copy.lock.close()


def test_a_taken_port_names_the_next(tmp_path):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port} is taken.*\n.*PORT={port + 1} make run"):
            copy_of(tmp_path, PORT=str(port)).ask_for_port()


@pytest.mark.parametrize("port", ["http", "0", "99999", "-1", "80.5"])
def test_what_is_no_port_is_refused(tmp_path, port):
    with pytest.raises(Trouble, match=f"PORT={port} is no port"):
        copy_of(tmp_path, PORT=port).ask_for_port()


def test_a_foreign_address_is_refused(tmp_path):
    with pytest.raises(Trouble, match=r"no address HOST=192\.0\.2\.7"):
        copy_of(tmp_path, HOST="192.0.2.7").ask_for_port()


# --- what ends while the site runs --------------------------------------------------------


def test_patience_doubles_is_restored_by_a_steady_run_and_ends():
    clock = Clock()
    patience = Patience(clock)
    pauses = []
    for _ in range(MOST_ENDS):
        patience.begin()
        patience.end()
        pauses.append(patience.pause)
    assert pauses == [0, 1, 2, 4, 8, 16, 30]
    assert patience.is_over
    patience.begin()
    clock.now += 61
    patience.end()
    assert (patience.ends, patience.pause, patience.is_over) == (1, 0, False)


def child_that(tmp_path, code, **facts):
    clock = Clock()
    child = Child(
        "worker",
        [sys.executable, "-c", code],
        {},
        tmp_path / "logs" / "worker.log",
        patience=Patience(clock),
        **facts,
    )
    return child, clock


def end_again(child, clock, said):
    until(lambda: child.process.poll() is not None)
    child.look(said.append)
    clock.now = max(clock.now, child.patience.again_at)


def test_a_child_that_is_killed_is_started_at_once_and_named(tmp_path):
    child, clock = child_that(tmp_path, "import time; time.sleep(60)")
    said = []
    child.start()
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    end_again(child, clock, said)
    child.look(said.append)
    try:
        assert said == [
            f"worker ended (killed by SIGKILL); starting it again. See {child.log}",
        ]
        assert child.process.pid != first
        assert child.process.poll() is None
    finally:
        child.end()


def test_a_child_that_keeps_ending_is_left_alone_with_its_last_words(tmp_path):
    child, clock = child_that(tmp_path, "import sys; sys.exit('the cat sat on the cable')")
    said = []
    child.start()
    for _ in range(MOST_ENDS):
        end_again(child, clock, said)
        clock.now += 30
        child.look(said.append)
    assert len(said) == MOST_ENDS
    assert said[-2].startswith("worker ended (exit code 1); again in 16 s.")
    assert said[-1].startswith(f"worker has ended {MOST_ENDS} times in a row (exit code 1).")
    assert "the cat sat on the cable" in said[-1]
    clock.now += 3600
    child.look(said.append)
    assert child.process is None


def test_a_vital_child_that_keeps_ending_stops_the_site(tmp_path):
    child, clock = child_that(tmp_path, "raise SystemExit(3)", is_vital=True)
    child.patience.ends = MOST_ENDS - 1
    child.start()
    with pytest.raises(Trouble, match="worker has ended 7 times in a row"):
        end_again(child, clock, [])


# --- the servers --------------------------------------------------------------------------


@pytest.fixture
def valkey(tmp_path):
    folder = tmp_path / "Köln & \"Bonn\" \\ 'x'"
    server = Valkey(folder / "redis", free_port(), "word", folder / "logs" / "redis.log")
    yield server
    server.stop()


def test_a_server_lives_in_a_folder_of_any_name_and_is_revived(valkey):
    valkey.start()
    tended, said = Tended("Redis", valkey), []
    tended.look(said.append)
    assert said == []
    valkey.child.kill()
    until(lambda: valkey.child.poll() is not None)
    tended.look(said.append)
    tended.look(said.append)
    assert said == ["Redis ended (killed by SIGKILL); starting it again", "Redis runs again"]
    assert (valkey.folder / "appendonlydir").is_dir()


def test_a_server_that_cannot_start_is_tried_with_pauses_and_then_given_up(valkey):
    valkey.start()
    valkey.stop()
    with closing(socket.socket()) as other:  # its port is taken from now on
        other.bind(("127.0.0.1", valkey.port))
        other.listen()
        clock = Clock()
        tended, said = Tended("Redis", valkey, Patience(clock)), []
        for _ in range(MOST_ENDS - 1):
            tended.look(said.append)
            clock.now += 30
        assert len(said) == MOST_ENDS - 1
        assert said[0].endswith("Redis: starting it again")
        assert said[-1].endswith("Redis: again in 16 s")
        with pytest.raises(Trouble, match="Redis has ended 7 times in a row"):
            tended.look(said.append)
