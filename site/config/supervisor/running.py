"""The supervisor: one process that starts, watches and stops all the others."""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from config.embedded.postgres import PostgresError
from config.embedded.valkey import ValkeyError
from config.environment import read_environment

from . import steps
from .children import Child, end_all, site_children
from .copy import CannotStart, Copy
from .leftovers import end_leftovers

BEAT = 0.25


class Stopped(BaseException):
    """Somebody asked us to stop: Ctrl-C, a closed terminal, a `kill`."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    copy = Copy(read_environment(), dict(os.environ))  # noqa: TID251 - handed on to children
    supervisor = Supervisor(copy)
    try:
        supervisor.run()
    except Stopped:
        return supervisor.finish(0)
    except (CannotStart, PostgresError, ValkeyError) as trouble:
        say(f"\n{trouble}")
        return supervisor.finish(1)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            supervisor.finish(1)
            raise
        say(f"\nThe disk is full: free some space below {copy.folder} and start again.")
        return supervisor.finish(1)
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # one is enough: nothing interrupts the ending
    raise Stopped


class Supervisor:
    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.children: list[Child] = []
        self.is_ours = False
        self.started = time.monotonic()

    def run(self) -> None:
        self.copy.claim()
        self.is_ours = True
        if end_leftovers(self.copy.mark):
            say("  Ended what an earlier run had left behind")
        self.copy.ask_for_port()
        with step("Starting PostgreSQL and Redis"):
            self.copy.start_servers()
        self.copy.tell()
        self._prepare()
        self._demonstrate()
        self._serve()
        self._greet()
        self._watch()

    def _prepare(self) -> None:
        """Bring tables and static files up to date, side by side, where they are not."""
        work = steps.Steps(self.copy)
        url = self.copy.env()["DATABASE_URL"]
        tasks = [
            ("tables", steps.migrations() + url, ("migrate", "--no-input"), "Making the tables"),
            (
                "static",
                steps.static_files(),
                ("collectstatic", "--no-input", "--clear"),
                "Collecting static files",
            ),
        ]
        if self.copy.env()["DEBUG"] != "0":
            tasks.pop()  # a developer's static files are served from where they lie
        undone = [task for task in tasks if not work.is_done(task[0], task[1])]
        running = [work.begin(*arguments, "-v", "0") for _, _, arguments, _ in undone]
        for (name, key, _, words), command in zip(undone, running, strict=True):
            with step(words):
                command.wait()
            work.mark(name, key)

    def _serve(self) -> None:
        copy = self.copy
        self.children = site_children(
            env=copy.env(), logs=copy.logs, host=copy.host, port=copy.port
        )
        with step("Starting web, workers and scheduler"):
            for child in self.children:
                child.start()
            self._wait_for_first_page()

    def _wait_for_first_page(self, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if answers(f"http://127.0.0.1:{self.copy.port}/healthz"):
                return
            web = self.children[0]
            if web.process and web.process.poll() is not None:
                raise CannotStart(f"The web process ended:\n{_last_lines(web)}")
            time.sleep(0.1)
        raise CannotStart(f"The web process did not answer; see {self.children[0].log}")

    def _demonstrate(self) -> None:
        """Load the demo on the first start; DEMO=0 starts empty."""
        work = steps.Steps(self.copy)
        wanted = self.copy.environment.flag("DEMO", default=True)
        if work.is_done("demo", "done") or not wanted:
            return
        with step("Planting the demo; its films are encoded while you look around"):
            work.begin("demo").wait()
        work.mark("demo", "done")

    def _greet(self) -> None:
        took = time.monotonic() - self.started
        say(f"\nLectern runs at {self.copy.address}  (started in {took:.0f} s)")
        accounts = self.copy.logs / "demo.txt"
        if accounts.exists():
            say(accounts.read_text(encoding="utf-8").rstrip())
        say(f"\nAdmin {self.copy.address}admin/\nLogs  {self.copy.logs}\nStop  Ctrl-C\n")

    def _watch(self) -> None:
        while True:
            time.sleep(BEAT)
            for child in self.children:
                child.look(say)
            self._revive_servers()

    def _revive_servers(self) -> None:
        for name, server in (("PostgreSQL", self.copy.postgres), ("Redis", self.copy.valkey)):
            if server and server.child and server.child.poll() is not None:
                say(f"{name} ended ({server.child.returncode}); starting it again")
                server.child = None
                server.start()

    def finish(self, code: int) -> int:
        """Stop all we have started, in order; nothing is left."""
        if not self.is_ours:
            return code
        if code == 0:
            say("\n  Stopping …")
        end_all(self.children)
        self.copy.stop_servers()
        end_leftovers(self.copy.mark, seconds=3)
        if code == 0:
            say("  Stopped")
        return code


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _last_lines(child: Child, count: int = 12) -> str:
    return "\n".join(child.log.read_text(errors="replace").splitlines()[-count:])


@contextmanager
def step(words: str, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    started = clock()
    is_terminal = sys.stdout.isatty()
    say(f"  {words} …", end="" if is_terminal else "\n")
    yield
    took = f"{clock() - started:.1f} s"
    say(f" {took}" if is_terminal else f"  {words}: {took}")


def say(words: str, end: str = "\n") -> None:
    print(words, end=end, flush=True)  # noqa: T201 - a program for a terminal
