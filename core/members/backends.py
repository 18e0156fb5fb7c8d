"""Who is signed in, found by a statement: every request of a member asks."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from core.database.statements import statement

from .models import Member


class Members(ModelBackend):
    """Django's own sign-in by e-mail and password, with a lighter look at who is there."""

    def get_user(self, user_id: Any) -> Member | None:
        found = _member.one(number=user_id)
        return found if found and self.user_can_authenticate(found) else None


@statement
def _member(*, number: int) -> QuerySet[Member]:
    return Member.objects.filter(pk=number)
