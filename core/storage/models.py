"""Where bytes lie."""

import uuid

from django.db import models
from wagtail.models import Site


class StoredObject(models.Model):
    """One file, or one tree of files under a prefix, in one provider's place.

    Keys are generated, never a user's file name, and never overwritten.
    """

    class Shape(models.TextChoices):
        FILE = "file", "File"
        TREE = "tree", "Tree"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    provider = models.CharField(max_length=80)  # "local_disk"
    key = models.CharField(max_length=255)  # of a tree: its prefix, without a final slash
    shape = models.CharField(max_length=4, choices=Shape.choices, default=Shape.FILE)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField()  # bytes, of a tree: all its files
    files = models.PositiveIntegerField(default=1)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    doomed_at = models.DateTimeField(null=True, blank=True)  # to be deleted from then on

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="one_object_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}:{self.key}"
