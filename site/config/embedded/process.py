"""A child process on a leash: it dies with us, and its whole group can be stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

LEASH = Path(__file__).with_name("leash.py")


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    output: IO[bytes] | int | None = None,
    errors: IO[bytes] | None = None,
    death: int = signal.SIGTERM,
    mask: bool = False,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in a group of its own; call from the main thread (PDEATHSIG's rule)."""
    leash = [sys.executable, "-I", "-S", str(LEASH), str(int(death)), str(int(mask))]
    return subprocess.Popen(
        [*leash, *command],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors or (subprocess.STDOUT if output is not None else None),
        start_new_session=True,
        cwd=cwd,
    )


def stop(child: subprocess.Popen[bytes], *, ask: int = signal.SIGTERM, seconds: float = 8) -> None:
    """Ask the child to end, then end its whole group."""
    if child.poll() is None:
        child.send_signal(ask)
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def tail(log: Path, lines: int = 6) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
