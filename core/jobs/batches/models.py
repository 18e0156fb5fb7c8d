"""A batch, and what every row of one has, whatever it carries from where to where."""

import uuid

from django.conf import settings
from django.db import models


class Batch(models.Model):
    """What somebody asked for in one go; its rows are the room's whose ``kind`` of job it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)  # of the jobs that carry it out: "media.move"
    target = models.CharField(max_length=80)  # where to: a provider's name
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="batch_newest")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.target}"


class Part(models.Model):
    """One thing of a batch on its way; whose it is knows its states."""

    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="%(class)ss", db_column="batch"
    )
    size = models.BigIntegerField(default=0, db_default=0)  # bytes to be carried; 0: unknown
    began_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
