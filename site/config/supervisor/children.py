"""The long-running processes of one copy of the site."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.process import spawn, stop, tail
from config.environment import ROOT
from config.troubles import Trouble

from .patience import Patience
from .servers import how

MAX_LOG_BYTES = 10 * 2**20


@dataclass
class Child:
    """One process that is started again when it ends by itself."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    log: Path
    death: int = signal.SIGTERM  # how it is asked to end
    orphaned: int = signal.SIGTERM  # what the kernel sends when the supervisor is killed
    seconds_to_end: float = 10
    is_vital: bool = False  # without it there is no site
    process: subprocess.Popen[bytes] | None = None
    patience: Patience = field(default_factory=Patience)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > MAX_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as output:
            self.process = spawn(
                self.command,
                env={**self.env, "LECTERN_PROCESS": self.name},
                output=output,
                death=self.orphaned,
                cwd=ROOT,
            )
        self.patience.begin()

    def look(self, say: Callable[[str], None]) -> None:
        """Start again what has ended, after a pause that doubles while it keeps ending."""
        if self.process is None:
            if self.patience.is_due and not self.patience.is_over:
                self._start_again(say)
            return
        code = self.process.poll()
        if code is not None:
            self.end()
            self._ended(say, how(code))

    def _start_again(self, say: Callable[[str], None]) -> None:
        try:
            self.start()
        except OSError as error:  # no room for its log, no process to be had
            self._ended(say, str(error))

    def _ended(self, say: Callable[[str], None], why: str) -> None:
        self.patience.end()
        if not self.patience.is_over:
            say(f"{self.name} ended ({why}); {self.patience.words}. See {self.log}")
            return
        words = (
            f"{self.name} has ended {self.patience.ends} times in a row ({why}). Its last words:\n"
            f"{tail(self.log)}\nAll of them stand in {self.log}"
        )
        if self.is_vital:
            raise Trouble(words)
        say(f"{words}\nThe site goes on without it. When that is mended: Ctrl-C, make run")

    def end(self) -> None:
        if self.process is not None:
            stop(self.process, ask=self.death, seconds=self.seconds_to_end)
            self.process = None


def site_children(*, env: Mapping[str, str], logs: Path, host: str, port: int) -> list[Child]:
    """Return web, workers and scheduler, sized to this machine's cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
    celery = [sys.executable, "-m", "celery", "--app", "workers.app"]
    quiet = ["--loglevel", "WARNING", "--pidfile="]

    web = web_env(env, logs.parent / "figures")

    def worker(name: str, queues: str, count: int) -> Child:
        command = [*celery, "worker", "--hostname", f"{name}@%h", "--queues", queues]
        command += ["--concurrency", str(count), "--without-gossip", "--without-mingle", *quiet]
        # Cold: a job that is cut off is claimed again by the next worker. Orphaned, it would wait
        # for a Redis that died with the supervisor.
        return Child(
            name,
            command,
            env,
            logs / f"{name}.log",
            death=signal.SIGQUIT,
            orphaned=signal.SIGKILL,
        )

    return [
        Child("web", web_command(host, port, cores), web, logs / "web.log", is_vital=True),
        worker("worker", "default,mail", 1),
        worker("playable", "playable", 2),  # a long film keeps no other from playing, and no mail
        worker("media", "media,media-late", max(1, cores // 2)),
        worker("speech", "speech", 1),  # an hour's talk keeps no film waiting
        Child("scheduler", [*celery, "beat", *quiet], env, logs / "scheduler.log"),
    ]


def web_command(host: str, port: int, cores: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--host", host, "--port", str(port), "--workers", str(max(2, cores))]
    command += ["--blocking-threads", "8", "--backlog", "512", "--respawn-failed-workers"]
    command += ["--workers-kill-timeout", "5", "--log-level", "warning", "--no-access-log"]
    return [*command, "config.wsgi:application"]


def web_env(env: Mapping[str, str], figures: Path) -> dict[str, str]:
    """Give the web processes a pool each, and one empty folder for their figures."""
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(parents=True)
    return {"DATABASE_POOL": "8", "PROMETHEUS_MULTIPROC_DIR": str(figures), **env}


def end_all(children: Iterable[Child]) -> None:
    """End them together, not one after the other."""
    living = [child for child in children if child.process is not None]
    for child in living:
        if child.process and child.process.poll() is None:
            child.process.send_signal(child.death)
    for child in living:
        child.end()
