"""Has the first pictures and sounds of stored files decoded, in the sandbox, all in one run."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from core.jobs import sandbox
from core.jobs.errors import SandboxError

SCRIPT = Path(__file__).with_name("inside.py")
SECONDS = 120
MEMORY = 2 * 2**30  # bytes
Fetch = Callable[[Path], None]


def complaints(wanted: Mapping[str, Fetch], folder: Path) -> dict[str, str]:
    """Fetch beginnings of files by their names, and return what is wrong with which."""
    if not wanted:
        return {}
    paths = {}
    for number, (name, fetch) in enumerate(wanted.items()):
        paths[name] = folder / f"{number}.mp4"
        fetch(paths[name])
    try:
        verdicts = _decoded(list(paths.values()))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {name: verdict for name, path in paths.items() if (verdict := verdicts[path.name])}


def _decoded(paths: list[Path]) -> dict[str, str]:
    command = [sys.executable, "-I", str(SCRIPT), *map(str, paths)]
    try:
        finished = sandbox.run(
            command,
            reads=[*paths, SCRIPT],
            stall_seconds=SECONDS,
            wall_seconds=SECONDS,
            memory_bytes=MEMORY,
            file_bytes=0,
            capture=True,
        )
    except SandboxError as error:
        if error.reason == "missing":
            raise
        return dict.fromkeys([path.name for path in paths], _("cannot be decoded safely"))
    found: dict[str, str] = json.loads(finished.stdout)
    return found
