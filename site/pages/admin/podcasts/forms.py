"""What a show and an episode must be before podcast apps take them."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..forms import SitePageForm

SMALLEST, LARGEST = 1400, 3000  # pixels: what podcast directories ask for


class ArtworkForm(SitePageForm):
    """Takes square artwork of the size that podcast directories ask for."""

    def clean_artwork(self):
        image = self.cleaned_data.get("artwork")
        if image is None or self.is_unchanged(image):
            return image
        shown = {"width": image.width, "height": image.height}
        if image.width != image.height:
            raise ValidationError(
                _("This picture is %(width)d × %(height)d. Choose a square one.") % shown
            )
        if not SMALLEST <= image.width <= LARGEST:
            raise ValidationError(
                _("This picture is %(width)d × %(height)d. Choose one from 1400 to 3000 pixels.")
                % shown
            )
        return image

    def is_unchanged(self, image):
        """A picture chosen before this rule may stay until another is chosen."""
        return self.instance.pk and self.instance.artwork_id == image.pk


class PodcastForm(ArtworkForm):
    """A show."""


class EpisodeForm(ArtworkForm):
    """An episode: it is numbered by itself, and no number stands twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk and self.parent_page:
            season, number = self._next()
            self.initial.update(season=season, number=number)

    def _siblings(self):
        show = self.parent_page or self.instance.get_parent()
        rows = apps.get_model("pages", "Episode").objects.filter(path__startswith=show.path)
        return rows.exclude(pk=self.instance.pk)

    def _next(self):
        last = self._siblings().order_by("-season", "-number").values_list("season", "number")[:1]
        season, number = next(iter(last), (1, 0))
        return season, number + 1

    def clean(self):
        cleaned = super().clean()
        season, number = cleaned.get("season"), cleaned.get("number")
        if season and number and cleaned.get("kind") == "full":
            rows = self._siblings().filter(season=season, number=number, kind="full")
            if taken := rows.first():
                words = _("“%(title)s” is episode %(number)d already. Choose another number.")
                self.add_error("number", words % {"title": taken.title, "number": number})
        return cleaned
