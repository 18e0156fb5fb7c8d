"""What stands between starting servers and serving: tables, static files, the demo."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from config.embedded.process import spawn, stop, tail
from config.environment import ROOT
from config.troubles import FULL, Trouble, full_disk

from .copy import Copy

STATIC_SOURCES = ("static", "plugins", "site", "templates")
STATIC_SUFFIXES = {".css", ".js", ".mjs", ".svg", ".woff2", ".png", ".webp", ".txt", ".json"}


def fingerprint(paths: Iterable[Path]) -> str:
    """Return a hash of files by name, size and time of change."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        stat = path.stat()
        digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def migrations() -> str:
    ours = [*ROOT.glob("core/**/migrations/*.py"), *ROOT.glob("plugins/*/migrations/*.py")]
    return fingerprint([*ours, *ROOT.glob("site/*/migrations/*.py"), *_locks()])


def static_files() -> str:
    found = [
        path
        for source in STATIC_SOURCES
        for path in (ROOT / source).rglob("*")
        if path.suffix in STATIC_SUFFIXES and "node_modules" not in path.parts
    ]
    made = ROOT / "site" / "pages" / "generated_files.py"
    return fingerprint([*found, *[path for path in (made,) if path.exists()], *_locks()])


def _locks() -> list[Path]:
    names = ("requirements.lock", "package-lock.json", "package.json", ".venv/.made/packages")
    return [ROOT / name for name in names if (ROOT / name).exists()]


class Steps:
    """Runs Django's commands once for each state of what they read."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.stamps = copy.folder / "stamps"
        self.stamps.mkdir(exist_ok=True)
        self.commands: list[Command] = []

    def is_done(self, name: str, key: str) -> bool:
        stamp = self.stamps / name
        return stamp.exists() and stamp.read_text(encoding="ascii") == key

    def mark(self, name: str, key: str) -> None:
        (self.stamps / name).write_text(key, encoding="ascii")

    def begin(self, *arguments: str) -> Command:
        self.commands.append(Command(self.copy, arguments, self.copy.env()))
        return self.commands[-1]

    def end(self) -> None:
        """End what still runs: each leaves whole tables and files behind, or none."""
        for command in self.commands:
            stop(command.process)


class Command:
    """One `manage.py` command that runs beside us."""

    def __init__(self, copy: Copy, arguments: tuple[str, ...], env: Mapping[str, str]) -> None:
        self.arguments = arguments
        self.log = copy.logs / f"{arguments[0]}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.words = self.log.with_suffix(".txt")  # what the command says to a person
        with self.log.open("wb") as errors, self.words.open("wb") as output:
            self.process = spawn(
                [sys.executable, str(ROOT / "manage.py"), *arguments],
                env={**env, "LECTERN_PROCESS": arguments[0]},
                output=output,
                errors=errors,
                cwd=ROOT,
            )

    def wait(self) -> None:
        if self.process.wait() == 0:
            return
        if FULL.search(tail(self.log, 200)):
            raise Trouble(full_disk(self.log.parent.parent))
        words = "\n".join(f"  {line}" for line in tail(self.log, 12).splitlines())
        raise Trouble(
            f"`manage.py {' '.join(self.arguments)}` failed:\n{words}\n"
            f"All of it stands in {self.log}"
        )
