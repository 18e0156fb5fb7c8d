"""The form behind every page: what it offers stays within the page's site."""

from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from core.media.models import Asset

from .tenancy import site_of_page


class SitePageForm(WagtailAdminPageForm):
    """Offers the site's own categories, and takes the site's own media only."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.site = site_of_page(self.parent_page or self.instance)
        if "categories" in self.fields:
            shelf = self.fields["categories"].queryset
            self.fields["categories"].queryset = shelf.filter(site=self.site)
        if "show" in self.fields:
            self._offer_shows(self.fields["show"])

    def _offer_shows(self, field):
        shows = field.queryset
        own = shows.descendant_of(self.site.root_page) if self.site else shows.none()
        field.queryset = own
        field.empty_label = _("Not an episode")

    def clean(self):
        cleaned = super().clean()
        for field in self.instance._meta.get_fields():
            if field.name in cleaned and self._strangers(field, cleaned[field.name]):
                self.add_error(
                    field.name,
                    ValidationError(_("This media belongs to another site. Choose again.")),
                )
        return cleaned

    def _strangers(self, field, value):
        ids = assets_in(field, value)
        return ids and Asset.objects.filter(pk__in=ids).exclude(site=self.site).exists()


class LessonForm(SitePageForm):
    """A lesson: to whoever hears a show it is new on the day it was put there."""

    def save(self, commit=True):
        if "show" in self.changed_data:
            self.instance.heard_since = now() if self.cleaned_data["show"] else None
        return super().save(commit)


def assets_in(field, value):
    """Return the ids of the assets that a field's value holds, in a body too."""
    if isinstance(value, Asset):
        return [value.pk]
    if value is None or not hasattr(field, "extract_references"):
        return []
    return [pk for model, pk, *_path in field.extract_references(value) if model is Asset]
