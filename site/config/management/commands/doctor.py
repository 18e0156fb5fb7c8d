"""Says what is wrong with this deployment, and what to do about it."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.operating.checks import all_checks
from core.contract.health import examine


class Command(BaseCommand):
    """``manage.py doctor``: exit code 0 when every check passes, else 1."""

    help = "Check database, Redis, queue, storage, ffmpeg, mail, clock and settings."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", nargs="*", default=[], help="Names of checks to run.")

    def handle(self, *_args: Any, **options: Any) -> None:
        wanted = options["only"]
        checks = [check for check in all_checks() if not wanted or check.name in wanted]
        failed = 0
        for check in checks:
            health = examine(check)
            failed += not health.ok
            good = self.style.WARNING("warn") if health.warns else self.style.SUCCESS("ok  ")
            sign = good if health.ok else self.style.ERROR("FAIL")
            self.stdout.write(f"{sign} {check.name:<16} {health.message}")
            if health.remedy and (health.warns or not health.ok):
                self.stdout.write(f"     {'':<16} → {health.remedy}")
        self.stdout.write(f"\n{len(checks) - failed} of {len(checks)} checks passed")
        if failed:
            sys.exit(1)
