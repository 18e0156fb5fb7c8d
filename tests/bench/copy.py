"""A copy of the site of the bench's own: servers with real durability, web under granian."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.embedded.ports import free_port
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey
from config.environment import ROOT
from config.supervisor.children import Child, site_children, web_command, web_env

from . import cpu

WEB_WORKERS = 2


@dataclass
class Copy:
    """What the benches measure; ``folder`` is kept between runs, so that it is made once."""

    folder: Path
    postgres: Postgres
    valkey: Valkey
    port: int
    web: Child | None = None
    others: tuple[Child, ...] = ()

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
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.postgres.url("lectern"),
            "REDIS_URL": self.valkey.url(),
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }

    def start_web(self, application: str = "config.wsgi:application", **more: str) -> Child:
        """Start the web process; an other ``application`` is measured by the same server.

        ``more`` is what its environment has beside.
        """
        command = web_command("127.0.0.1", self.port, WEB_WORKERS)
        command[-1] = application
        env = web_env({**self.env, **more}, self.folder / "figures")
        self.web = Child("web", command, env, self.folder / "logs" / "web.log")
        self.web.start()
        return self.web

    def start_workers(self) -> None:
        """Start worker, media worker and scheduler; what is said in a film is measured apart."""
        children = site_children(
            env=self.env, logs=self.folder / "logs", host="127.0.0.1", port=self.port
        )
        self.others = tuple(child for child in children if child.name not in ("web", "speech"))
        for child in self.others:
            child.start()

    def stop_web(self) -> None:
        if self.web:
            self.web.end()
            self.web = None

    def app_seconds(self) -> float:
        """Return the CPU seconds that the web process tree has used."""
        return cpu.seconds_of(self.web.process.pid) if self.web and self.web.process else 0.0

    def database_seconds(self) -> float:
        return cpu.seconds_of(self.postgres.child.pid) if self.postgres.child else 0.0


@contextmanager
def running(folder: Path) -> Iterator[Copy]:
    """Start the servers of a copy, let Django know them, stop all of it afterwards."""
    word = _word(folder)
    postgres = Postgres(folder / "postgres", free_port(), word, folder / "postgres.log")
    valkey = Valkey(folder / "redis", free_port(), word, folder / "redis.log")
    copy = Copy(folder, postgres, valkey, free_port())
    try:
        postgres.start()
        valkey.start()
        postgres.ensure_database("lectern")
        os.environ.update(copy.env)
        yield copy
    finally:
        copy.stop_web()
        for child in copy.others:
            child.end()
        valkey.stop()
        postgres.stop()


def _word(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "word"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16), encoding="ascii")
    return path.read_text(encoding="ascii")


def manage(copy: Copy, *arguments: str) -> list[str]:
    """Return the command line of `manage.py` in this copy."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]
