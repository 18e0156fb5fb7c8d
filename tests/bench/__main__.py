"""`make bench`: run the chosen benches, print one table, keep it as JSON.

    python -m tests.bench [pages heartbeats …] [--folder .data/bench] [--json bench.json]

A bench is a module here with ``run(copy) -> list[Figure]``.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import django

from config.environment import ROOT

from . import copy as copies
from .figures import Figure, keep, table

ALL = (
    "startup", "pages", "heartbeats", "upload", "pipeline", "peers", "profiles", "player",
    "renewal", "lighthouse", "speech", "parallel",
)  # fmt: skip
UNPLANTED = {"startup", "speech", "parallel"}  # they need no site to be planted


def main() -> int:
    chosen = _arguments()
    figures: list[Figure] = []
    with copies.running(chosen.folder) as copy:
        django.setup()
        names = chosen.benches or ALL
        if set(names) - UNPLANTED:
            from . import seed

            seed.ensure()
        for name in names:
            if find_spec(f"tests.bench.{name}"):
                print(f"… {name}", file=sys.stderr, flush=True)
                figures += import_module(f"tests.bench.{name}").run(copy)
    print(table(figures))
    keep(figures, chosen.json, machine=f"{os.cpu_count()} cores, {platform.platform()}")
    return sum(figure.is_met is False for figure in figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("benches", nargs="*", metavar="bench", choices=[*ALL, []])
    parser.add_argument("--folder", type=_whole, default=ROOT / ".data" / "bench")
    parser.add_argument("--json", type=_whole, default=ROOT / ".data" / "bench.json")
    return parser.parse_args()


def _whole(path: str) -> Path:
    """The servers stand in folders of their own: a relative path would mean another place there."""
    return Path(path).resolve()


if __name__ == "__main__":
    sys.exit(main())
