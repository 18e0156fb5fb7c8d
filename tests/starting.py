"""`make run` as a person meets it: what it says, how it is stopped, whether anything is left."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from config.embedded.ports import free_port
from tests.clones import bare_environment


class Start:
    """One start of one copy; its output is read from a file while it runs."""

    def __init__(self, command: list[str], *, cwd: Path, folder: Path, **env: str) -> None:
        self.cwd, self.folder, self.port = cwd, folder, free_port()
        self.log = folder.with_name(f"{folder.name}.{self.port}.txt")
        # A shell has what it runs in the background ignore Ctrl-C, and all that this starts.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        given = {"PORT": str(self.port), "DATA_DIR": str(folder), "DEMO": "0"}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=cwd,
                env=bare_environment(**given | env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def says(self, words: str, *, seconds: float = 300, times: int = 1) -> None:
        """Wait until it has said so; fail with all it has said when it ends before."""
        deadline = time.monotonic() + seconds
        while self.output.count(words) < times:
            ended = self.process.poll() is not None
            assert not (ended and self.output.count(words) < times), self.output
            assert time.monotonic() < deadline, f"{words!r} was not said:\n{self.output}"
            time.sleep(0.05)

    def runs(self) -> None:
        self.says("Lectern runs at")
        assert self.status("/readyz") == 200, self.output

    def status(self, path: str) -> int:
        """Return the answer's status, or 0 while nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def ctrl_c(self, *, seconds: float = 60) -> int:
        """Interrupt the whole foreground group, as a terminal does; return the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(seconds)

    def ends(self, *, seconds: float = 300) -> int:
        return self.process.wait(seconds)

    def left(self) -> list[str]:
        """Return what still runs of this copy, by its words, its environment or its folder."""
        return [told for _, told in _alive(str(self.folder))]

    def left_of_the_clone(self) -> list[str]:
        """Return what still runs of its installation, and of every copy that was started there."""
        return [told for _, told in _alive(str(self.cwd))]

    def pid_of(self, *words: str) -> int:
        """Return the first process of this copy whose command line holds all the words."""
        return min(
            pid for pid, told in _alive(str(self.folder)) if all(word in told for word in words)
        )

    def kill(self) -> None:
        """Kill the supervisor without a warning, as a crash does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _alive(place: str) -> list[tuple[int, str]]:
    found = ((int(entry.name), _told(entry)) for entry in Path("/proc").glob("[0-9]*"))
    return [(pid, told) for pid, told in found if place in told and pid != os.getpid()]


def _told(entry: Path) -> str:
    """Return a process's command line, program, folder and environment in one string."""
    parts = []
    for name in ("cmdline", "environ"):
        try:
            parts.append((entry / name).read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    for name in ("exe", "cwd"):
        try:
            parts.append(str((entry / name).readlink()))
        except OSError:
            continue
    return " ".join(parts)
