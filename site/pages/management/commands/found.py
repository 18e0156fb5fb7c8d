"""`manage.py found`: lay the first page of an empty installation."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core.members.models import Member
from pages.foundation import found_site


class Command(BaseCommand):
    help = "Lay the first page of an empty installation; what stands there already stays."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found_site()
        if not Member.objects.filter(is_superuser=True).exists():
            self.stdout.write(
                "It is empty, and nobody has an account yet. While it runs, make the first one:\n"
                "  .venv/bin/python manage.py createsuperuser"
            )
