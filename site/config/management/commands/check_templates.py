"""Compiles every template of the house: a misspelt tag is found before a visitor finds it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.template import TemplateSyntaxError, engines
from django.template.exceptions import TemplateDoesNotExist


class Command(BaseCommand):
    """``manage.py check_templates``: names each template that does not compile."""

    help = "Compile every template of the house and its plugins."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = [*templates()]
        faults = [fault for path in found if (fault := _fault(path))]
        for fault in faults:
            self.stdout.write(fault)
        self.stdout.write(f"{len(found)} templates, {len(faults)} faults")
        if faults:
            sys.exit(1)


def templates() -> list[Path]:
    root = Path(settings.BASE_DIR)
    places = [root / "templates", *root.glob("plugins/*/templates")]
    return sorted(path for place in places for path in place.rglob("*") if path.is_file())


def _fault(path: Path) -> str:
    try:
        engines["django"].from_string(path.read_text(encoding="utf-8"))
    except (TemplateSyntaxError, TemplateDoesNotExist) as error:
        return f"{path}: {error}"
    return ""
