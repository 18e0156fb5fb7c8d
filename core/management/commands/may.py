"""Says whether a member may see a page or an asset, and why not."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from wagtail.models import Page

from core.access.services import explain, may
from core.media.models import Asset
from core.members.models import Member


class Command(BaseCommand):
    """Exit 1 when the answer is no."""

    help = "Say whether a member may see a page (number or path) or an asset (UUID), and why."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="a member's address, or “anonymous”")
        parser.add_argument("thing", help="12, /diamond-plus/welcome/ or an asset's UUID")
        parser.add_argument("--at", help="a moment, as 2027-01-31T18:00")

    def handle(self, *_args: Any, **options: Any) -> None:
        decision = may(_member(options["email"]), _thing(options["thing"]), _at(options["at"]))
        self.stdout.write(explain(decision))
        if not decision:
            raise SystemExit(1)


def _member(email: str) -> Member | None:
    if email == "anonymous":
        return None
    try:
        return Member.objects.get_by_natural_key(email)
    except Member.DoesNotExist as error:
        raise CommandError(f"Nobody signs in as {email}.") from error


def _thing(name: str) -> Page | Asset:
    if name.isdecimal():
        found: Page | Asset | None = Page.objects.filter(pk=int(name)).first()
    elif name.startswith("/"):
        tail = f"/{name.strip('/')}/" if name.strip("/") else "/"
        found = Page.objects.filter(url_path__endswith=tail).order_by("depth").first()
    else:
        found = _asset(name)
    if found is None:
        raise CommandError(f"There is no page or asset {name}.")
    return found


def _asset(name: str) -> Asset | None:
    try:
        return Asset.objects.filter(pk=uuid.UUID(name)).first()
    except ValueError:
        return None


def _at(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = parse_datetime(text)
    if moment is None:
        raise CommandError(f"{text} is no moment; write it as 2027-01-31T18:00.")
    return make_aware(moment) if is_naive(moment) else moment
