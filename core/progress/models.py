"""The truth of watching, and what a member keeps beside it."""

from django.conf import settings
from django.db import models
from wagtail.models import Page, Site

from core.media.models import Asset

from .fields import SecondsMultirangeField


class Watch(models.Model):
    """What one member watched of one asset: a multirange of seconds, merged by union."""

    # No index holds what a beat changes: Postgres then updates a row in its place (HOT).
    member = models.ForeignKey(  # found by the constraint's index
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="watches",
        db_index=False,
    )
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="watches")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+", db_index=False)
    page = models.ForeignKey(  # where it was last played
        Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    watched = SecondsMultirangeField(default=list)
    seconds = models.GeneratedField(  # how many of them, by Postgres itself
        expression=models.Func(
            "watched", function="covered_seconds", output_field=models.IntegerField()
        ),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    position = models.FloatField(default=0)  # seconds
    position_at = models.DateTimeField()  # the member's clock, corrected; the newest wins
    edition = models.IntegerField(null=True)  # whose seconds these are; not noted: what plays
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "asset"], name="one_watch_a_member_and_asset"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.asset_id}"


class Completion(models.Model):
    """A member finished a page; never taken back."""

    class Cause(models.TextChoices):
        WATCHED = "watched", "Watched"
        MARKED = "marked", "Marked by the member"
        STAFF = "staff", "Marked by staff"

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="completions"
    )
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="completions")
    cause = models.CharField(max_length=8, choices=Cause.choices, default=Cause.WATCHED)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "page"], name="one_completion_a_member_and_page"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.page_id}"


class Note(models.Model):
    """A member's private Markdown note on a page."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notes"
    )
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(blank=True)  # Markdown
    html = models.TextField(blank=True)  # sanitised on save, and again on output
    version = models.PositiveIntegerField(default=1)  # grows with each save; a stale save merges
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "page"], name="one_note_a_member_and_page"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Bookmark(models.Model):
    """A place a member marked: a page, or a second of its video."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bookmarks"
    )
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    second = models.PositiveIntegerField(null=True, blank=True)
    label = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "page", "second"],
                name="one_bookmark_a_place",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.page_id)
