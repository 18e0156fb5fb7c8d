"""What an import took of a feed."""

from django.db import models
from wagtail.models import Page


class Arrival(models.Model):
    """One item of a feed, or its show (no guid): what was taken beside the sound, and what not.

    It stands beside the page, for a page's own fields are put back by older revisions; what was
    taken once is not taken again, so that whatever an editor does with it stays.
    """

    show = models.ForeignKey("pages.Podcast", on_delete=models.CASCADE, related_name="arrivals")
    guid = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=255)
    page = models.ForeignKey(
        Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken = models.JSONField(default=dict)  # how many by part; 0: something stood there already
    missed = models.JSONField(default=dict)  # why not by part, in plain words
    changed_at = models.DateTimeField(auto_now=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show", "guid"], name="one_arrival_an_item"),
        ]

    def __str__(self):
        return self.title
