"""Keys of private feeds, and who fetched them by day."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from wagtail.models import Page, Site


class FeedKey(models.Model):
    """One private address of one member; its token is shown once and only its digest is kept."""

    class Kind(models.TextChoices):
        PODCAST = "podcast", "Podcast"
        CALENDAR = "calendar", "Calendar"

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_keys"
    )
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    page = models.ForeignKey(  # the show; none is everything of its kind on the site
        Page, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    label = models.CharField(max_length=60, blank=True)  # what the member calls it: an app, a phone
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token, in hex
    created_at = models.DateTimeField(auto_now_add=True)
    content = models.CharField(max_length=64, blank=True)  # the digest of what was told last
    changed_at = models.DateTimeField(null=True, blank=True)  # when that began to be told
    fetched_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it is suspended, for the member
    revoked_at = models.DateTimeField(null=True, blank=True)
    forgiven_at = models.DateTimeField(null=True, blank=True)  # evidence before it is settled

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["site", "kind", "member"],
                condition=Q(revoked_at=None),
                name="feed_key_in_use",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None


class FeedVisit(models.Model):
    """One client that fetched one key on one day; the digest tells clients apart, nothing more."""

    key = models.ForeignKey(FeedKey, on_delete=models.CASCADE, related_name="visits")
    day = models.DateField()
    client = models.CharField(max_length=32)
    app = models.CharField(max_length=40, blank=True)  # the name it gives itself: "AntennaPod"
    times = models.PositiveIntegerField(default=1)
    since = models.PositiveSmallIntegerField(default=0, db_default=0)  # the hour it came first
    until = models.PositiveSmallIntegerField(default=23, db_default=23)  # and the hour it came last

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "day", "client"], name="one_visit_a_client"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["day"], name="visit_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.app}"
