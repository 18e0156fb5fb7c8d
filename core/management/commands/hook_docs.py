"""Writes the generated parts of docs/plugins.md, or says that they are out of date."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.contract.hookdocs import renewed


class Command(BaseCommand):
    help = "Write the tables of hooks and the example's files into docs/plugins.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, fail when stale")

    def handle(self, *_args: Any, **options: Any) -> None:
        page = settings.BASE_DIR / "docs" / "plugins.md"
        text = page.read_text("utf-8")
        if options["check"] and renewed(text) != text:
            raise CommandError("docs/plugins.md is out of date: run make docs.")
        page.write_text(renewed(text), "utf-8")
