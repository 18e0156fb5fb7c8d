"""People who exist only while a preview is drawn: what they would see is really computed."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser, Group
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.members.models import Member
from core.progress.models import Completion

ANONYMOUS = "anonymous"
COMPLETED = "completed"


class _Undo(Exception):
    """Rolls the persona back."""


@contextmanager
def persona(mode: str, page: Page) -> Iterator[Member | AnonymousUser]:
    """Yield who looks at ``page``; a member with groups and completions that is never kept."""
    if mode == ANONYMOUS:
        yield AnonymousUser()
        return
    try:
        with transaction.atomic():
            member = Member.objects.create(
                email=f"{uuid4().hex}@preview.invalid", name=_("A new member")
            )
            member.groups.add(*_keys_to(page))
            if mode == COMPLETED:
                _complete(member, page)
            yield member
            raise _Undo
    except _Undo:
        pass


def _keys_to(page: Page) -> list[Group]:
    """The groups that the page and what stands above it ask for."""
    above = page.get_ancestors(inclusive=True) if page.path else Page.objects.none()
    return list(Group.objects.filter(pageviewrestriction__page__in=above).distinct())


def _complete(member: Member, page: Page) -> None:
    """Everything of the program, or the section, that the page belongs to."""
    top = page.get_ancestors(inclusive=True).filter(depth=3).first() or page
    pages = Page.objects.descendant_of(top, inclusive=True).values_list("pk", flat=True)
    Completion.objects.bulk_create(
        [Completion(member=member, page_id=pk, cause=Completion.Cause.STAFF) for pk in pages]
    )
