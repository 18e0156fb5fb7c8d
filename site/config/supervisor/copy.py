"""One copy of the site: its folder, its port, its servers, and what other processes may know."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.embedded.ports import free_port, why_not
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey
from config.environment import Environment
from config.troubles import Trouble, full_disk, of_folder

from .leftovers import MARK

LEAST_FREE_BYTES = 300 * 2**20


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
    def own_host(self) -> str:
        """Return the address under which this machine reaches itself."""
        return "127.0.0.1" if self.host in {"0.0.0.0", ""} else self.host  # noqa: S104

    @property
    def port(self) -> int:
        """Return ``PORT``; what is none is refused by name."""
        given = self.environment.text("PORT", "8000")
        if not given.isdecimal() or not 0 < int(given) < 2**16:
            raise Trouble(f"PORT={given} is no port: choose a number from 1024 to 65535.")
        return int(given)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/"

    def claim(self) -> None:
        """Make the folder ours alone, and see that there is room."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.lock = (self.folder / "running.lock").open("a")
        except OSError as error:
            words = of_folder(error, self.folder)
            raise Trouble(words or str(error)) from error
        self._lock(self.lock)
        if self.free_bytes() < LEAST_FREE_BYTES:
            raise Trouble(
                f"{full_disk(self.folder, LEAST_FREE_BYTES)}\n"
                "Or put the data elsewhere: DATA_DIR=/path/to/room make run"
            )

    def _lock(self, file: IO[str]) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise Trouble(
                f"This copy is running already, at {self._running_address()}\n"
                f"A second, independent one: PORT={self.port + 1} DATA_DIR=/some/folder make run"
            ) from None

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.folder).free

    def _running_address(self) -> str:
        return self.environment.services.get("address", self.address)

    def ask_for_port(self) -> None:
        error = why_not(self.port, self.host)
        if error is None:
            return
        if error.errno == errno.EADDRINUSE:
            raise Trouble(
                f"Port {self.port} is taken by another program.\n"
                f"Choose another one: PORT={self.port + 1} make run"
            )
        if error.errno == errno.EACCES:
            raise Trouble(
                f"Port {self.port} is kept for root.\nChoose one from 1024 on: PORT=8000 make run"
            )
        raise Trouble(f"This machine has no address HOST={self.host} ({error.strerror}).")

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
