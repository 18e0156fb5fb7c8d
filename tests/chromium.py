"""Finds a Chromium, or gets one: the machine's, Playwright's own, Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
]
NONE = "none"  # CHROMIUM=none: do not even look
HOW_TO_GET_ONE = (
    "No Chromium could be found or installed: all else was tested, nothing in a real browser.\n"
    "Install one (on Debian `apt-get install chromium`, or anywhere\n"
    "`.venv/bin/playwright install --with-deps chromium`), or say where it is:\n"
    "CHROMIUM=/path/to/chromium make test"
)


@cache
def find() -> str:
    """Return the path of a Chromium that starts, or an empty string."""
    if _named() == NONE:
        return ""
    for get in (_named, _machines, _playwrights, _downloaded, _debians):
        path = get()
        if path and _starts(path):
            return path
    return ""


def _named() -> str:
    return os.environ.get("CHROMIUM", "")


def _machines() -> str:
    return next((path for path in map(shutil.which, NAMES) if path), "")


def _playwrights() -> str:
    """Look where Playwright keeps what it has downloaded before."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    found = sorted(folder.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else ""


def _downloaded() -> str:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return _playwrights() if _succeeds(command) else ""


def _debians() -> str:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return ""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _succeeds(["apt-get", "update", "-q"], env)
    got = _succeeds(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"], env)
    return _machines() if got else ""


def _succeeds(command: list[str], env: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(command, env=env, capture_output=True, timeout=420, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _starts(path: str) -> bool:
    return _succeeds([path, "--headless", "--no-sandbox", "--version"])
