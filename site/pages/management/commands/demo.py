"""Loads the demo site: pages at once, films through the pipeline while the site is up."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from pages.demo import coming, people, reel, tree
from pages.models import Program


class Command(BaseCommand):
    """``manage.py demo``: create Diamond Plus once; later runs only print the accounts."""

    help = "Load the demo site Diamond Plus (once) and print its accounts."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--accounts", action="store_true", help="Only print the accounts.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["accounts"] and not Program.objects.exists():
            self._load()
        for role, name, _group in people.ACCOUNTS:
            email = people.email_of(role)
            self.stdout.write(f"  {role:<9} {email:<27} {people.PASSWORD}   {name}")

    @transaction.atomic
    def _load(self) -> None:
        site = tree.plant()
        people.invite()
        people.begin(site)
        coming.answer(site)
        films = reel.order(site)
        self.stdout.write(f"Diamond Plus is planted; {films} films follow in the background.")
