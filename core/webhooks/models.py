"""What came in, once."""

from django.db import models
from wagtail.models import Site


class Receipt(models.Model):
    """One event of an outside service, as it came, and whether its effect is there."""

    class State(models.TextChoices):
        KEPT = "kept", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    provider = models.CharField(max_length=80)  # a source's name: "mux"
    account = models.CharField(max_length=120, blank=True)  # the provider's word for whose it is
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=120)  # "video.asset.ready"
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    payload = models.JSONField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.KEPT)
    error = models.TextField(blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "account", "event_id"], name="one_receipt_an_event"
            ),
        ]
        indexes = [models.Index(fields=["provider", "-received_at"], name="receipt_newest")]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.event_id}"
