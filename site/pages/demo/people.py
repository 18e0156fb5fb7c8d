"""The demo's three accounts, and what its member has done so far."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.models import Page, Site

from core.media.models import Asset
from core.progress.merging import merge
from core.progress.models import Completion
from pages.models import Lesson

PASSWORD = "diamond-plus"  # noqa: S105 - printed at the start of a demo that listens on loopback
STOPPED_IN, STOPPED_AT = "Describe a Tuesday", 9  # a lesson's title, seconds
ACCOUNTS = (
    ("editor", "Elena Brandt", "Editors"),
    ("member", "Noor Haddad", ""),
    ("operator", "Otto Vance", "Operators"),
)


def email_of(role: str) -> str:
    """The address of a demo account."""
    return f"{role}@lectern.example"


def invite() -> None:
    """Create the accounts, each in the group of its role."""
    for role, name, group in ACCOUNTS:
        person = _person(role, name)
        if group:
            person.groups.add(Group.objects.get_or_create(name=group)[0])


def _person(role: str, name: str) -> Any:
    members = get_user_model().objects
    person = members.filter(email=email_of(role)).first()
    if person is None:
        person = members.create_user(
            email_of(role), PASSWORD, name=name, timezone="Europe/Berlin", follows_device=False
        )
    if role == "operator":
        person.is_superuser = person.is_staff = True
        person.save(update_fields=["is_superuser", "is_staff"])
    return person


def watch_a_little(site: Site, page: Page, asset: Asset) -> None:
    """Let the member have stopped in the middle of the first lesson after those."""
    if page.title != STOPPED_IN:
        return
    merge(
        member=get_user_model().objects.get(email=email_of("member")).pk,
        asset=asset.pk,
        site=site.pk,
        page=page.pk,
        ranges=[(0, STOPPED_AT)],
        position=STOPPED_AT,
        at=time.time(),
    )


def begin(site: Site) -> None:
    """Let the member have finished the first module."""
    member = get_user_model().objects.get(email=email_of("member"))
    lessons = Lesson.objects.descendant_of(site.root_page).order_by("path")[:3]
    Completion.objects.bulk_create(
        [Completion(member=member, page=page, cause=Completion.Cause.MARKED) for page in lessons],
        ignore_conflicts=True,
    )
