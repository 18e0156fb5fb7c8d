"""A worker of flesh: a real Celery process on a database of its own, to be killed at will."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import override_settings

from config.embedded.process import tail
from config.supervisor.leftovers import MARK, members_of
from core.jobs.models import Job

ROOT = Path(__file__).parents[2]
PATIENCE = 240  # seconds: a machine that does much else is slow, and not wrong
PAUSE = threading.Event()  # never set: it only spaces the looks
TOLD = ("pk", "kind", "state", "attempt", "fence", "worker", "life", "lease_until", "run_after")
TOLD += ("rung_at", "stage", "progress", "error", "created_at", "started_at", "finished_at")
LISTENER = """
from pathlib import Path
from core.contract import Manifest, hookimpl

manifest = Manifest(name="drill_listener", version="1", contract=1, summary="Counts what is told.")

@hookimpl
def asset_ready(asset_id, site_id):
    with Path({ledger!r}).open("a") as ledger:
        ledger.write(asset_id + chr(10))
"""


class Crew:
    """One worker process and a scheduler, and the ledger of what they announced."""

    def __init__(self, folder: Path, database_url: str, redis_url: str) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.ledger = folder / "ledger"
        self.log = folder / "worker.log"
        self.mark = str(folder)
        self.env = {
            **os.environ,
            MARK: self.mark,
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DATA_DIR": str(settings.DATA_DIR),
            "WORKER_PATIENCE_SECONDS": "10",
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT), str(ROOT / "site")]),
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.ended = 0  # how often the worker ended by itself and was started anew
        self._install_listener()

    def _install_listener(self) -> None:
        (self.folder / "drill_listener.py").write_text(LISTENER.format(ledger=str(self.ledger)))
        info = self.folder / "drill_listener-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: drill-listener\nVersion: 1\n")
        (info / "entry_points.txt").write_text("[lectern.plugins]\ndrill_listener=drill_listener\n")

    def start(self, *, at_once: int = 2) -> None:
        command = [sys.executable, "-m", "celery", "-A", "workers.app", "worker"]
        command += ["-c", str(at_once)]
        command += [
            "-Q",
            "default,mail,playable,media,media-late,speech",
            "-l",
            "warning",
            "--without-gossip",
        ]
        self.process = self._run(command)
        if self.scheduler is None:
            beat = [sys.executable, "-m", "celery", "-A", "workers.app", "beat", "-l", "warning"]
            self.scheduler = self._run([*beat, "--pidfile="])

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, *, whole: bool) -> None:
        """``kill -9`` of the worker and all its processes, or of its pool processes only."""
        assert self.process is not None
        if whole:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
            return
        for child in children_of(self.process.pid):
            os.kill(child, signal.SIGKILL)

    def stop(self) -> None:
        if self.process is not None:
            self.kill(whole=True)

    def dismiss(self) -> None:
        """End the scheduler too."""
        if self.scheduler is not None:
            os.killpg(self.scheduler.pid, signal.SIGKILL)
            self.scheduler.wait()

    def keep(self) -> None:
        """Start the worker anew when it has ended by itself, as a supervisor would."""
        if self.process is not None and self.process.poll() is not None:
            self.ended += 1
            self.start()

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait, and keep the worker meanwhile; in vain, tell what became of jobs and worker."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.keep()
            assert time.monotonic() < deadline, f"waited {PATIENCE} s until {what}\n{self.story()}"
            PAUSE.wait(0.05)

    def story(self) -> str:
        """Tell of the jobs that have not ended well, and the worker's last words."""
        rows = Job.objects.exclude(state=Job.State.SUCCEEDED).order_by("pk").values(*TOLD)[:20]
        words = [", ".join(f"{name} {value}" for name, value in row.items()) for row in rows]
        words += [f"the worker ended by itself {self.ended} times; its last words:"]
        return "\n".join([*words, tail(self.log, 60)])

    def orphans(self) -> list[int]:
        """Processes of this crew that nobody has hired."""
        return [pid for pid in members_of(self.mark) if pid not in self._hired()]

    def _hired(self) -> set[int]:
        own = {one.pid for one in (self.process, self.scheduler) if one is not None}
        return own.union(*map(children_of, own))

    def announced(self, asset_id: Any) -> int:
        lines = self.ledger.read_text().split() if self.ledger.exists() else []
        return lines.count(str(asset_id))


@contextmanager
def crew(folder: Path, database_url: str, redis_url: str) -> Iterator[Crew]:
    """A crew whose doorbell and data are the test's own."""
    data = folder / "data"
    own = override_settings(
        REDIS_URL=redis_url,
        DATA_DIR=data,
        MEDIA_ROOT=data / "pictures",
        MEDIA_UPLOADS=data / "uploads",
    )
    with own:
        hired = Crew(folder, database_url, redis_url)
        try:
            yield hired
        finally:
            hired.stop()
            hired.dismiss()


def children_of(pid: int) -> list[int]:
    """The direct children of a process."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in found]


def programs_in(folder: Path) -> list[str]:
    """Command lines of living processes that name a folder."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(folder) in line:
                found.append(line)
    return found
