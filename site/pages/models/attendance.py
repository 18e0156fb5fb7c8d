"""Who comes to an event and who waits, and what calendars were last told of it."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now


class Attendance(models.Model):
    """One member and one event: a place, or a place in the queue."""

    class State(models.TextChoices):
        COMING = "coming", "Coming"
        WAITING = "waiting", "Waiting"
        GONE = "gone", "Not coming"

    event = models.ForeignKey("pages.Event", on_delete=models.CASCADE, related_name="attendances")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attendances"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.COMING)
    asked_at = models.DateTimeField(default=now)  # who asked first waits first
    joined_at = models.DateTimeField(null=True, blank=True)  # when they went in

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "member"], name="one_place_a_member"),
        ]
        indexes = [
            models.Index(fields=["event", "state", "asked_at"], name="attendance_queue"),
        ]

    def __str__(self):
        return f"{self.member_id}: {self.state}"


class Edition(models.Model):
    """What calendars and people know of an event; the number grows with each change.

    It stands beside the page, for a page's own fields are put back by older revisions.
    """

    event = models.OneToOneField(
        "pages.Event", on_delete=models.CASCADE, primary_key=True, related_name="edition"
    )
    sequence = models.PositiveIntegerField(default=0)  # RFC 5545
    title = models.CharField(max_length=255)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    timezone = models.CharField(max_length=64)
    is_cancelled = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=now)

    def __str__(self):
        return f"{self.title} #{self.sequence}"
