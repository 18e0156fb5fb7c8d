"""Since when somebody belongs to a tier: the database notes it, whoever puts them there."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models


class Joining(models.Model):
    """The day a member was first given a tier (a group); it stays when the tier ends.

    Written by a trigger on the table of who is in which group, and by nobody else.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="joinings"
    )
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="joinings")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["member", "group"], name="one_joining_a_tier"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.group_id} since {self.since:%Y-%m-%d}"
