"""What a member is told, how it went out, and what they switched off."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from wagtail.models import Site


class Notification(models.Model):
    """One thing told to one member, once: the key says what it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)  # core.contract.pieces.NotificationKind.name
    key = models.CharField(max_length=200)  # "event_reminder:41:day"
    title = models.CharField(max_length=255)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)  # a path on the site
    is_shown = models.BooleanField(default=True)  # at the bell
    until = models.DateTimeField(null=True, blank=True)  # of no use afterwards: not sent any more
    created_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="told_once"),
        ]
        indexes = [
            models.Index(fields=["member", "site", "-created_at"], name="notification_newest"),
            models.Index(
                fields=["member", "site"],
                condition=Q(read_at=None, is_shown=True),
                name="notification_unread",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """One notification by one channel; it is begun before it is sent, and begun once."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        BEGUN = "begun", "Begun"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Unknown"  # the worker was lost while it sent: never sent again
        DROPPED = "dropped", "Not wanted any more"

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="deliveries"
    )
    channel = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)  # how often nothing went out
    begun_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)  # for an operator

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"], name="one_delivery_a_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.state}"


class Preference(models.Model):
    """A member's own word on one kind and one channel, where it differs from the kind's."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=40)
    on = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "channel"], name="one_preference_a_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel}: {'on' if self.on else 'off'}"
