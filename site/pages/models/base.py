"""What every page has beside its own fields."""

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Page

from .taxonomy import Category, PageTag


class SitePage(Page):
    """Abstract: summary, tags, categories and a picture for sharing."""

    summary = models.CharField(max_length=300, blank=True)
    social_image = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    tags = ClusterTaggableManager(through=PageTag, blank=True)
    categories = ParentalManyToManyField(Category, blank=True, related_name="+")

    class Meta:
        abstract = True
