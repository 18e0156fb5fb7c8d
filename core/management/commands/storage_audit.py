"""Reports rows without bytes and bytes without rows; can delete the latter."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.storage.queries import Audit, audits


class Command(BaseCommand):
    """Exit 1 when bytes are lost."""

    help = "Compare what the rows say with what lies in storage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete-orphans", action="store_true", help="free their room")
        parser.add_argument(
            "--wait", type=float, default=60, help="seconds before an orphan is judged again"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        found = list(audits())
        for audit in found:
            self._report(audit)
        if options["delete_orphans"] and any(audit.orphans for audit in found):
            time.sleep(options["wait"])  # whoever was storing has committed by then
            self._delete(found)
        if any(audit.lost for audit in found):
            raise CommandError("Bytes are lost: restore them from a backup, or delete the rows.")

    def _report(self, audit: Audit) -> None:
        self.stdout.write(
            f"{audit.provider.label}: {len(audit.lost)} rows without bytes, "
            f"{len(audit.orphans)} files without a row"
        )
        for row in audit.lost:
            self.stdout.write(f"  lost    {row.key}  (object {row.pk}, {row.size} bytes)")
        for key in audit.orphans:
            self.stdout.write(f"  orphan  {key}")

    def _delete(self, before: list[Audit]) -> None:
        known = {(audit.provider.name, key) for audit in before for key in audit.orphans}
        for audit in audits():
            for key in audit.orphans:
                if (audit.provider.name, key) in known:
                    audit.provider.delete(key)
                    self.stdout.write(f"  deleted {key}")
