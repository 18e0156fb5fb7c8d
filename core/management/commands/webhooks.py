"""Shows the events that came in, and handles one again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.webhooks.models import Receipt
from core.webhooks.services import replay


class Command(BaseCommand):
    """``webhooks list`` and ``webhooks replay N``."""

    help = "Show events that came in from outside services, or handle one again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["list", "replay"])
        parser.add_argument("number", nargs="?", type=int, help="the event to replay")
        parser.add_argument("--failed", action="store_true", help="only those that failed")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["verb"] == "list":
            self._list(failed=options["failed"])
            return
        row = Receipt.objects.filter(pk=options["number"]).first()
        if row is None:
            raise CommandError("No event has this number. See `manage.py webhooks list`.")
        replay(row)
        self.stdout.write(f"{row} waits to be handled again.")

    def _list(self, *, failed: bool) -> None:
        rows = Receipt.objects.order_by("-pk")
        for row in rows.filter(state=Receipt.State.FAILED)[:50] if failed else rows[:50]:
            when = f"{row.received_at:%Y-%m-%d %H:%M:%S}"
            self.stdout.write(f"{row.pk:>8}  {when}  {row.state:<6}  {row}  {row.error}".rstrip())
