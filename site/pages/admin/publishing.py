"""Publishing with open eyes: a page whose media is not ready goes out with a word about it."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from core.media.models import Asset

from .forms import assets_in


def unready(page: Page) -> list[Asset]:
    """Return the media of ``page`` that members could not play now."""
    page = page.specific
    wanted = {pk for field in page._meta.get_fields() for pk in _chosen(page, field)}
    assets = Asset.objects.filter(pk__in=wanted).exclude(status=Asset.Status.READY)
    return [a for a in assets if not a.is_playable or a.status == Asset.Status.FAILED]


def _chosen(page, field):
    if getattr(field, "related_model", None) is Asset and hasattr(field, "attname"):
        value = getattr(page, field.attname)
        return [value] if value else []
    if hasattr(field, "extract_references"):
        return assets_in(field, field.value_from_object(page))
    return []


def warn_about_media(request, page) -> None:
    """Say after publishing which media members cannot play yet, and what will happen."""
    for asset in unready(page):
        words = {"page": page.get_admin_display_title(), "title": asset.title}
        if asset.status == Asset.Status.FAILED:
            text = _(
                "“%(page)s” is published, but “%(title)s” failed. Retry it, or choose another."
            )
        else:
            text = _(
                "“%(page)s” is published; “%(title)s” is still being prepared. "
                "It plays by itself once it is ready."
            )
        there = reverse("media_library:edit", args=[asset.pk])
        messages.warning(request, text % words, buttons=[messages.button(there, _("See it"))])
