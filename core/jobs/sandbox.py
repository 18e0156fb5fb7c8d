"""Runs a program on files that nobody trusts.

It dies with its parent, sees only what it is given, and is stopped when it stalls, takes too long
or grows too big. Where bubblewrap is missing the limits still hold, and ``doctor`` warns.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from . import accounts, limits, walls
from .errors import SandboxError

MEMORY = 3 * 1024**3  # bytes of private memory
FATAL = ("ILL", "ABRT", "BUS", "FPE", "KILL", "SEGV", "XCPU", "XFSZ")
KILLED = {128 + signal.Signals[f"SIG{name}"] for name in FATAL}  # as bubblewrap tells it
TAIL = 40  # lines kept for an operator
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": "/nonexistent",
    "SVT_LOG": "1",  # an encoder that greets at length: its errors only
}


@dataclass(slots=True)
class Finished:
    """A program that ended well. Seconds are wall and CPU time, the latter as last looked at."""

    returncode: int
    stdout: str
    stderr_tail: str
    seconds: float
    cpu_seconds: float


@dataclass(slots=True)
class _Watch:
    """What is known of the running program."""

    on_line: Callable[[str], None] | None
    capture: bool
    started: float = field(default_factory=time.monotonic)
    spoke: float = field(default_factory=time.monotonic)
    out: list[str] = field(default_factory=list)
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL))
    cpu_seconds: float = 0.0

    def hear(self, line: str, *, is_error: bool) -> None:
        self.spoke = time.monotonic()
        if is_error:
            self.tail.append(line)
            return
        if self.capture:
            self.out.append(line)
        if self.on_line is not None:
            self.on_line(line)


def run(
    command: Sequence[str],
    *,
    reads: Sequence[Path] = (),
    writes: Path | None = None,
    devices: Sequence[Path] = (),
    stall_seconds: float = 60,
    wall_seconds: float | None = None,
    memory_bytes: int = MEMORY,
    file_bytes: int | None = None,
    on_line: Callable[[str], None] | None = None,
    tick: Callable[[], None] | None = None,
    capture: bool = False,
    check: bool = True,
) -> Finished:
    """Run ``command`` with read access to ``reads`` and write access to ``writes`` only.

    ``devices`` are let in where they are there, as a graphics card's; none by default.

    ``on_line`` hears every line of its standard output, ``tick`` is called about twice a second;
    whatever they raise stops the program and is passed on. ``stall_seconds`` of silence,
    ``wall_seconds`` in all, ``memory_bytes`` and ``file_bytes`` are limits. No network.

    Raises ``SandboxError`` with a reason: missing, stalled, too_long, killed, failed.
    """
    watch = _Watch(on_line, capture)
    walled = [*walls.around(command[0], reads, writes, devices), *command]
    process = _start(walled, command[0], writes, memory_bytes, file_bytes)
    try:
        _follow(process, watch, stall_seconds, wall_seconds, tick)
    finally:
        limits.kill_group(process)
    finished = Finished(
        returncode=process.returncode,
        stdout="\n".join(watch.out),
        stderr_tail="\n".join(watch.tail),
        seconds=time.monotonic() - watch.started,
        cpu_seconds=watch.cpu_seconds,
    )
    if check and finished.returncode:
        raise _failure(finished)
    return finished


def _failure(finished: Finished) -> SandboxError:
    output = finished.stderr_tail
    if finished.returncode < 0 or finished.returncode in KILLED:
        words = _(
            "It needed more memory or room than a program may have here, so it was stopped. "
            "Export the file smaller, or ask the operator."
        )
        return SandboxError("killed", words, output=output)
    return SandboxError("failed", _("The program could not do it."), output=output)


def _start(
    walled: Sequence[str],
    program: str,
    writes: Path | None,
    memory_bytes: int,
    file_bytes: int | None,
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            walled,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=writes or "/",
            env=ENVIRONMENT,
            start_new_session=True,
            preexec_fn=limits.before_exec(  # noqa: PLW1509 - it takes no lock
                os.getpid(), memory_bytes, file_bytes
            ),
        )
    except OSError as error:
        raise SandboxError(
            "missing",
            _("“%(name)s” cannot be started: %(why)s.")
            % {
                "name": Path(program).name,
                "why": error.strerror or error,
            },
        ) from error


def _follow(
    process: subprocess.Popen[bytes],
    watch: _Watch,
    stall_seconds: float,
    wall_seconds: float | None,
    tick: Callable[[], None] | None,
) -> None:
    with selectors.DefaultSelector() as selector:
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, b"")
        while selector.get_map():
            events = selector.select(timeout=0.5)
            watch.cpu_seconds = max(watch.cpu_seconds, accounts.cpu_seconds(process.pid))
            for key, _events in events:
                _hear(selector, key, watch, is_error=key.fileobj is process.stderr)
            if tick is not None:
                tick()
            _check_time(watch, stall_seconds, wall_seconds)
    while process.poll() is None:
        if tick is not None:
            tick()
        _check_time(watch, stall_seconds, wall_seconds)
        _wait_briefly(process)


def _wait_briefly(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return


def _hear(
    selector: selectors.BaseSelector, key: selectors.SelectorKey, watch: _Watch, *, is_error: bool
) -> None:
    """Read what is there; keep the unfinished last line for the next time."""
    data = os.read(key.fd, 65536)
    *lines, rest = (key.data + data).replace(b"\r", b"\n").split(b"\n")
    if not data:
        selector.unregister(key.fileobj)
        lines.append(rest)
    else:
        selector.modify(key.fileobj, selectors.EVENT_READ, rest[-65536:])
    for line in lines:
        if line:
            watch.hear(line.decode("utf-8", "replace"), is_error=is_error)


def _check_time(watch: _Watch, stall_seconds: float, wall_seconds: float | None) -> None:
    moment = time.monotonic()
    tail = "\n".join(watch.tail)
    if moment - watch.spoke > stall_seconds:
        raise SandboxError(
            "stalled",
            _("Nothing moved for %(n)d seconds, so it was stopped.") % {"n": stall_seconds},
            output=tail,
        )
    if wall_seconds is not None and moment - watch.started > wall_seconds:
        raise SandboxError(
            "too_long",
            _("It took longer than %(n)d seconds, so it was stopped.") % {"n": wall_seconds},
            output=tail,
        )
