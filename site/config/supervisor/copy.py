"""One copy of the site: its folder, its port, its servers, and what other processes may know."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.embedded.ports import free_port, is_free
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey
from config.environment import Environment

from .leftovers import MARK

LEAST_FREE_BYTES = 300 * 2**20


class CannotStart(Exception):
    """Something stands in the way; worded for a person, with the remedy."""


@dataclass
class Copy:
    """What lies below one ``DATA_DIR``; two copies share nothing."""

    environment: Environment
    inherited: Mapping[str, str]
    postgres: Postgres | None = None
    valkey: Valkey | None = None
    lock: IO[str] | None = None
    known: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.environment.data_dir

    @property
    def mark(self) -> str:
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def host(self) -> str:
        return self.environment.text("HOST", "127.0.0.1")

    @property
    def port(self) -> int:
        return self.environment.number("PORT", 8000)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/"

    def claim(self) -> None:
        """Make the folder ours alone, and see that there is room and a port."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.folder).free < LEAST_FREE_BYTES:
            raise CannotStart(
                f"The disk is full: less than 300 MB are free below {self.folder}.\n"
                "Free some space, or put the data elsewhere: DATA_DIR=/path/to/room make run"
            )
        self.lock = (self.folder / "running.lock").open("a")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(
                f"This copy is running already, at {self._running_address()}\n"
                f"A second, independent one: PORT={self.port + 1} DATA_DIR=/some/folder make run"
            ) from None

    def _running_address(self) -> str:
        return self.environment.services.get("address", self.address)

    def ask_for_port(self) -> None:
        if not is_free(self.port, self.host):
            raise CannotStart(
                f"Port {self.port} is taken by another program.\n"
                f"Choose another one: PORT={self.port + 1} make run"
            )

    def start_servers(self) -> None:
        """Start the embedded servers whose addresses nobody gave."""
        ports = self._remembered_ports()
        if not self.environment.text("DATABASE_URL"):
            word = self.environment.kept_secret("postgres")
            ports["postgres"] = free_port(ports.get("postgres", 0))
            self.postgres = Postgres(
                self.folder / "postgres", ports["postgres"], word, self.logs / "postgres.log"
            )
            self.postgres.mark = {MARK: self.mark}
            self.postgres.start()
            self.postgres.ensure_database("lectern")
            self.known["database_url"] = self.postgres.url("lectern")
        if not self.environment.text("REDIS_URL"):
            word = self.environment.kept_secret("redis")
            ports["redis"] = free_port(ports.get("redis", 0))
            self.valkey = Valkey(
                self.folder / "redis", ports["redis"], word, self.logs / "redis.log"
            )
            self.valkey.mark = {MARK: self.mark}
            self.valkey.start()
            self.known["redis_url"] = self.valkey.url()
        (self.folder / "ports.json").write_text(json.dumps(ports), encoding="ascii")

    def _remembered_ports(self) -> dict[str, int]:
        try:
            found: dict[str, int] = json.loads((self.folder / "ports.json").read_text())
        except (OSError, ValueError):
            return {}
        return found

    def tell(self) -> None:
        """Let `manage.py` find the servers of this folder while they run."""
        self.known |= {"port": str(self.port), "address": self.address}
        path = self.folder / "services.json"
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(json.dumps(self.known), encoding="utf-8")

    def env(self) -> dict[str, str]:
        """Return what every process of this copy gets."""
        return {
            "DEBUG": "0",
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            **self.inherited,
            MARK: self.mark,
            "DATA_DIR": str(self.folder),
            "PORT": str(self.port),
            "DATABASE_URL": self.known.get("database_url", self.environment.database_url),
            "REDIS_URL": self.known.get("redis_url", self.environment.redis_url),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": self.inherited.get("PYTHONWARNINGS", ""),
            "OMP_NUM_THREADS": self.inherited.get("OMP_NUM_THREADS", str(os.cpu_count() or 1)),
        }

    def stop_servers(self) -> None:
        for server in (self.valkey, self.postgres):
            if server is not None:
                server.stop()
        (self.folder / "services.json").unlink(missing_ok=True)
