"""The one place that reads the environment; everything else reads Django's settings."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

ROOT = Path(__file__).resolve().parents[2]
NO_DATABASE = "postgres://lectern@127.0.0.1:5432/lectern"
NO_REDIS = "redis://127.0.0.1:6379/0"


@dataclass(frozen=True)
class Environment:
    """Variables as typed values; a missing one falls back to what ``make run`` has started."""

    read: environ.Env
    data_dir: Path

    @cached_property
    def services(self) -> dict[str, str]:
        """What the supervisor wrote for other processes that use the same ``DATA_DIR``."""
        try:
            found: dict[str, str] = json.loads((self.data_dir / "services.json").read_text())
        except (OSError, ValueError):
            return {}
        return found

    def text(self, name: str, default: str = "") -> str:
        return str(self.read.str(name, default=default)).strip()

    def flag(self, name: str, *, default: bool) -> bool:
        return bool(self.read.bool(name, default=default))

    def number(self, name: str, default: int) -> int:
        return int(self.read.int(name, default=default))

    def words(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        return [word.strip() for word in self.text(name, ",".join(default)).split(",") if word]

    @property
    def database_url(self) -> str:
        return self.text("DATABASE_URL") or self.services.get("database_url", NO_DATABASE)

    @property
    def redis_url(self) -> str:
        return self.text("REDIS_URL") or self.services.get("redis_url", NO_REDIS)

    @property
    def port(self) -> int:
        return self.number("PORT", int(self.services.get("port", "8000")))

    @property
    def base_url(self) -> str:
        return self.text("BASE_URL", f"http://localhost:{self.port}").rstrip("/")

    def database(self) -> dict[str, Any]:
        """Django's ``DATABASES["default"]``: a pool where asked for, else kept connections."""
        found: dict[str, Any] = self.read.db_url_config(self.database_url)
        pool = self.number("DATABASE_POOL", 0)
        bouncer = self.flag("DATABASE_BOUNCER", default=False)
        found["OPTIONS"] = {
            **found.get("OPTIONS", {}),
            "application_name": self.process,
            "prepare_threshold": None if bouncer else 5,  # a heartbeat is planned once
        }
        if pool:
            found["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
            found["CONN_MAX_AGE"] = 0
        else:
            found["CONN_MAX_AGE"] = self.number("DATABASE_CONN_MAX_AGE", 60)
        found["CONN_HEALTH_CHECKS"] = True
        found["DISABLE_SERVER_SIDE_CURSORS"] = bouncer
        return found

    def mail(self) -> dict[str, Any]:
        """Read ``EMAIL_URL`` (smtp://user:password@host:587) as Django's mail settings."""
        url = self.text("EMAIL_URL")
        return dict(self.read.email_url_config(url)) if url else {}

    @property
    def process(self) -> str:
        """The name of this process in logs and in ``pg_stat_activity``."""
        return self.text("LECTERN_PROCESS", "manage")

    def kept_secret(self, name: str) -> str:
        """Return a secret of this deployment, made once and kept in ``DATA_DIR``."""
        path = self.data_dir / "secrets" / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._keep(path, secrets.token_urlsafe(48))
        return path.read_text(encoding="ascii").strip()

    @staticmethod
    def _keep(path: Path, value: str) -> None:
        """Write whole or not at all; of two processes that start together one wins."""
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(value)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    @property
    def host_names(self) -> list[str]:
        """``ALLOWED_HOSTS``, else the host of ``BASE_URL``."""
        return self.words("ALLOWED_HOSTS") or [urlsplit(self.base_url).hostname or "localhost"]


def read_environment() -> Environment:
    reader = environ.Env()
    return Environment(
        read=reader,
        data_dir=Path(reader.str("DATA_DIR", default=str(ROOT / ".data"))).resolve(),
    )


def bundled_ffmpeg() -> str:
    """Return the ffmpeg of the ``imageio-ffmpeg`` wheel, else the machine's by its name."""
    spec = find_spec("imageio_ffmpeg")
    folder = Path(spec.origin).parent / "binaries" if spec and spec.origin else Path()
    return next((str(path) for path in sorted(folder.glob("ffmpeg-*"))), "ffmpeg")
