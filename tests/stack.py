"""A whole copy of the site for journeys and drills: real web, workers and scheduler."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import override_settings

from config.embedded.ports import free_port
from config.embedded.valkey import Valkey
from config.environment import ROOT
from config.supervisor.children import Child, end_all, site_children
from config.supervisor.steps import static_files


@dataclass
class Stack:
    """One running copy; ``url`` ends without a slash."""

    folder: Path
    database_url: str
    redis_url: str
    port: int
    children: list[Child] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "DEBUG": "0",
            "SECRET_KEY": settings.SECRET_KEY,  # what a test seals, the copy reads
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "FETCH_FROM_PRIVATE": "127.0.0.1/32",  # where a journey serves somebody's feed
            "PYTHONUNBUFFERED": "1",
        }

    @property
    def cache(self) -> dict[str, str]:
        """Where the copy's processes hear of switches and settings."""
        return {"LOCATION": self.redis_url, "KEY_PREFIX": "lectern"}

    def child(self, name: str) -> Child:
        """Return ``web``, ``worker``, ``media`` or ``scheduler``; its process may be killed."""
        return next(child for child in self.children if child.name == name)

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` in this copy and return what it says."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def database(self, blocker) -> Iterator[None]:
        """Let this process read and write the copy's rows, and ring its bell."""
        name = self.database_url.rpartition("/")[2]
        before = connection.settings_dict["NAME"]
        changed = override_settings(
            REDIS_URL=self.redis_url,
            CACHES={"default": {**settings.CACHES["default"], **self.cache}},
            DATA_DIR=self.folder,
            MEDIA_ROOT=self.folder / "pictures",
            MEDIA_UPLOADS=self.folder / "uploads",
        )
        with blocker.unblock(), changed:
            _point_at(name)
            try:
                yield
            finally:
                _point_at(before)

    def start(self) -> None:
        self.children = site_children(
            env=self.env, logs=self.folder / "logs", host="127.0.0.1", port=self.port
        )
        for child in self.children:
            child.start()
        self.wait_until_it_answers()

    def wait_until_it_answers(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "logs" / "web.log").read_text()[-3000:])

    def stop(self) -> None:
        end_all(self.children)


def _point_at(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


@contextmanager
def running(database: str, folder: Path) -> Iterator[Stack]:
    """Run a copy over an existing database in an empty folder; stop all of it afterwards."""
    valkey = Valkey(folder / "redis", free_port(), secrets.token_hex(16), folder / "redis.log")
    valkey.start()
    stack = Stack(folder, _url_of(database), valkey.url(), free_port())
    try:
        _collect_static(stack)
        stack.start()
        yield stack
    finally:
        stack.stop()
        valkey.stop()


def _url_of(database: str) -> str:
    parts = settings.DATABASES["default"]
    word = f":{parts['PASSWORD']}" if parts["PASSWORD"] else ""
    return f"postgres://{parts['USER']}{word}@{parts['HOST']}:{parts['PORT']}/{database}"


def _collect_static(stack: Stack) -> None:
    """Collect once for each state of the sources: the result is kept between runs.

    One at a time, for there are several test workers: none copies what another half wrote.
    """
    kept = ROOT / ".data" / "tests" / f"static-{static_files()[:16]}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with (kept.parent / "static.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not kept.exists():
            stack.manage("collectstatic", "--no-input", "-v", "0")
            for old in kept.parent.glob("static-*"):
                shutil.rmtree(old, ignore_errors=True)
            draft = kept.with_name("static-draft")
            shutil.copytree(stack.folder / "static", draft)
            draft.rename(kept)
        else:
            shutil.copytree(kept, stack.folder / "static")
