"""Start: a fresh clone to its first page, and the second start, by `make run` itself."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from config.embedded.ports import free_port
from tests.clones import bare_environment, fresh_clone
from tests.waiting import answers, until

from . import cpu
from .copy import Copy
from .figures import Figure

PATIENCE = 600  # seconds


def run(_copy: Copy) -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="lectern-clone-"))
    try:
        clone = fresh_clone(folder / "clone")
        first = _start(clone, folder)
        second = _start(clone, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        Figure("fresh clone to first page", first.wall, "s", most=120, note=first.note),
        Figure("second start to first page", second.wall, "s", most=10, note=second.note),
    ]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds until the first page, by the clock and of CPU: others may use the machine too."""

    wall: float
    used: float

    @property
    def note(self) -> str:
        return f"warm package caches; {self.used:.0f} s of CPU"


def _start(clone: Path, folder: Path) -> Took:
    """Wait until the front page answers; stop everything by Ctrl-C."""
    port = free_port()
    env = bare_environment(PORT=str(port), DATA_DIR=str(folder / "data"))
    began = time.monotonic()
    with (folder / "run.log").open("ab") as log:
        site = subprocess.Popen(
            ["make", "run"],
            cwd=clone,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until(lambda: site.poll() is not None or answers(f"http://127.0.0.1:{port}/"), PATIENCE)
        took = Took(time.monotonic() - began, cpu.seconds_of(site.pid))
        assert site.poll() is None, (folder / "run.log").read_text()[-2000:]
    finally:
        if site.poll() is None:
            os.killpg(site.pid, signal.SIGINT)
        site.wait(timeout=60)
    return took
