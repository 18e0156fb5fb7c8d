"""How one site is named, coloured and marked."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six digits."))


@register_setting(icon="view")
class BrandSettings(BaseSiteSetting):
    """A white-label site's own name, colour and logo; all screens follow it."""

    site = models.OneToOneField(
        Site, unique=True, editable=False, on_delete=models.CASCADE, related_name="brand"
    )
    name = models.CharField(
        _("name"), max_length=60, blank=True, help_text=_("Shown beside the mark.")
    )
    colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[COLOUR],
        help_text=_("Like #1d5a45. It is made lighter or darker where reading needs it."),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("logo"),
        help_text=_("In place of the mark; it must hold on light and on dark."),
    )

    panels = [FieldPanel("name"), FieldPanel("colour"), FieldPanel("logo")]

    class Meta:
        verbose_name = _("brand")
