"""The supervisor: one process that starts, watches and stops all the others."""

from __future__ import annotations

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from config.embedded.postgres import PostgresError
from config.embedded.process import tail
from config.embedded.valkey import ValkeyError
from config.environment import read_environment
from config.troubles import Trouble, of_folder, size

from . import steps
from .children import Child, end_all, site_children
from .copy import LEAST_FREE_BYTES, Copy
from .leftovers import end_leftovers
from .servers import Tended

BEAT = 0.25
ROOM_EVERY = 5.0  # seconds between two looks at the disk
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop: Ctrl-C, a closed terminal, a `kill`."""


def main() -> int:
    for number in ENDINGS:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _stop)
    copy = Copy(read_environment(), dict(os.environ))  # noqa: TID251 - handed on to children
    supervisor = Supervisor(copy)
    try:
        supervisor.run()
    except Stopped:
        return supervisor.finish(0)
    except (Trouble, PostgresError, ValkeyError) as trouble:
        say(f"\n{trouble}")
        return supervisor.finish(1)
    except OSError as error:
        words = of_folder(error, copy.folder)
        if words is None:
            supervisor.finish(1)
            raise
        say(f"\n{words}")
        return supervisor.finish(1)
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)  # one is enough: nothing interrupts the ending
    raise Stopped


class Supervisor:
    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.children: list[Child] = []
        self.servers: list[Tended] = []
        self.work: steps.Steps | None = None
        self.is_ours = False
        self.started = time.monotonic()
        self.has_room = True
        self.looked_for_room = 0.0

    def run(self) -> None:
        self.copy.claim()
        self.is_ours = True
        if end_leftovers(self.copy.mark):
            say("  Ended what an earlier run had left behind")
        self.copy.ask_for_port()
        with step("Starting PostgreSQL and Redis"):
            self.copy.start_servers()
        self.copy.tell()
        self.work = steps.Steps(self.copy)
        self._prepare(self.work)
        self._demonstrate(self.work)
        self._serve()
        self._greet()
        self._watch()

    def _prepare(self, work: steps.Steps) -> None:
        """Bring tables and static files up to date, side by side, where they are not."""
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
        web, *others = self.children
        with step("Starting web, workers and scheduler"):
            web.start()  # alone: the first page need not share the machine with the rest
            self._wait_for_first_page()
            for child in others:
                child.start()

    def _wait_for_first_page(self, seconds: float = 90) -> None:
        web = self.children[0]
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if answers(f"http://{self.copy.own_host}:{self.copy.port}/healthz"):
                return
            if web.process and web.process.poll() is not None:
                raise Trouble(f"The web process ended:\n{tail(web.log, 12)}")
            time.sleep(0.1)
        raise Trouble(f"The web process did not answer; see {web.log}")

    def _demonstrate(self, work: steps.Steps) -> None:
        """Load the demo on the first start; DEMO=0 starts with one empty page."""
        wanted = self.copy.environment.flag("DEMO", default=True)
        if wanted and not work.is_done("demo", "done"):
            with step("Planting the demo; its films are encoded while you look around"):
                work.begin("demo").wait()
            work.mark("demo", "done")
        elif not wanted and not work.is_done("found", "done"):
            with step("Laying the first page"):
                work.begin("found").wait()
            work.mark("found", "done")

    def _greet(self) -> None:
        took = time.monotonic() - self.started
        say(f"\nLectern runs at {self.copy.address}  (started in {took:.0f} s)")
        words = next((one for one in self._words_of_welcome() if one.exists()), None)
        if words:
            say(words.read_text(encoding="utf-8").rstrip())
        say(f"\nAdmin {self.copy.address}admin/\nLogs  {self.copy.logs}\nStop  Ctrl-C\n")

    def _words_of_welcome(self) -> list[Path]:
        """Return where the demo's accounts stand, or at the first empty start how to make one."""
        ran = {command.arguments[0] for command in self.work.commands} if self.work else set()
        demo, found = (self.copy.logs / f"{name}.txt" for name in ("demo", "found"))
        return [demo, found] if "found" in ran else [demo]

    def _watch(self) -> None:
        named = (("PostgreSQL", self.copy.postgres), ("Redis", self.copy.valkey))
        self.servers = [Tended(name, server) for name, server in named if server]
        while True:
            time.sleep(BEAT)
            for server in self.servers:
                server.look(say)
            for child in self.children:
                child.look(say)
            self._look_for_room()

    def _look_for_room(self) -> None:
        """Say once that the disk fills up, while there is still something to do about it."""
        if time.monotonic() - self.looked_for_room < ROOM_EVERY:
            return
        self.looked_for_room = time.monotonic()
        had, free = self.has_room, self.copy.free_bytes()
        self.has_room = free >= LEAST_FREE_BYTES
        if had and not self.has_room:
            say(
                f"The disk is nearly full: {size(free)} are free below {self.copy.folder}.\n"
                "Free some space: without it uploads, films and in the end the database stand still"
            )
        elif self.has_room and not had:
            say(f"There is room again: {size(free)} are free")

    def finish(self, code: int) -> int:
        """Stop all we have started, in order; nothing is left."""
        if not self.is_ours:
            return code
        if code == 0:
            say("\n  Stopping …")
        end_all(self.children)
        if self.work:
            self.work.end()
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
