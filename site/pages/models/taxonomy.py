"""Tags and categories of pages."""

from django.db import models
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.models import Page, Site


class PageTag(TaggedItemBase):
    """A tag on any page."""

    content_object = ParentalKey(Page, on_delete=models.CASCADE, related_name="page_tags")


class Category(models.Model):
    """A shelf an operator names, for one site."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "slug"], name="one_category_a_slug"),
        ]

    def __str__(self) -> str:
        return self.name
