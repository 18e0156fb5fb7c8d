"""`make check`: everything that can be judged without running the site, one line a judge."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
BIN = Path(PYTHON).parent
DEPLOYED = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "only-for-this-check-" * 4,
    "BASE_URL": "https://members.example.com",
    "EMAIL_URL": "smtp+tls://user:word@mail.example.com:587",
    "DATABASE_URL": "postgres://lectern:word@127.0.0.1:1/lectern",  # none of these is reached
    "REDIS_URL": "redis://redis.example.com:6379/0",
}


@dataclass(frozen=True)
class Judge:
    """A command that finds fault by its exit code."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)


def judges() -> list[Judge]:
    manage = [PYTHON, "manage.py"]
    testing = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    return [
        Judge("lint", [str(BIN / "ruff"), "check", "."]),
        Judge("format", [str(BIN / "ruff"), "format", "--check", "."]),
        Judge("arrows", [str(BIN / "lint-imports"), "--no-cache"]),
        Judge("types", [str(BIN / "mypy")], testing),
        Judge("templates", [*manage, "check_templates"], testing),
        Judge("template style", [str(BIN / "djlint"), "--lint", "--quiet", "templates"]),
        Judge("migrations", [*manage, "makemigrations", "--check", "--dry-run"], testing),
        Judge("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], DEPLOYED),
    ]


def main(names: Sequence[str]) -> int:
    failed = [
        judge.name for judge in judges() if (not names or judge.name in names) and _bad(judge)
    ]
    print(f"\n{'found by: ' + ', '.join(failed) if failed else 'nothing found'}")  # noqa: T201
    return 1 if failed else 0


def _bad(judge: Judge) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        judge.command,
        cwd=ROOT,
        env={**os.environ, **judge.env},  # noqa: TID251 - handed on to programs
        capture_output=True,
        text=True,
        check=False,
    )
    sign = "FAIL" if done.returncode else "ok  "
    print(f"{sign} {judge.name:<15} {time.monotonic() - started:5.1f} s", flush=True)  # noqa: T201
    if done.returncode:
        print((done.stdout + done.stderr).rstrip(), flush=True)  # noqa: T201
    return done.returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
