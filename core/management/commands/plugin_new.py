"""Writes a new plugin that starts green on its contract suite."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.contract.errors import ContractError
from core.contract.scaffolding import KINDS, write_plugin


class Command(BaseCommand):
    help = "Write a new plugin as a package of its own, ready for pip install."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="lower-case letters, digits and _")
        parser.add_argument("--kind", choices=KINDS, default="feature")
        parser.add_argument("--folder", type=Path, default=Path(), help="where it is written")

    def handle(self, *_args: Any, **options: Any) -> None:
        name, folder = options["name"], options["folder"]
        try:
            written = write_plugin(name=name, kind=options["kind"], folder=folder)
        except ContractError as error:
            raise CommandError(str(error)) from error
        for path in written:
            self.stdout.write(str(path))
        package = folder / f"lectern-{name.replace('_', '-')}"
        self.stdout.write(f"\nNext: pip install -e {package} && pytest {package}")
