"""The form field that holds an asset, and shows how its processing stands."""

import json

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.telepath import register
from wagtail.admin.widgets.chooser import BaseChooser, BaseChooserAdapter

CHOOSE = {
    "": _("Choose or upload media"),
    "video": _("Choose or upload a video"),
    "audio": _("Choose or upload audio"),
    "file": _("Choose or upload a file"),
}
NOBODY = "00000000-0000-0000-0000-000000000000"
LINKED = {"site": {"selector": "[data-site-scope]"}}
ICONS = {"": "media", "video": "media", "audio": "media", "file": "download"}


class AssetChooserWidget(BaseChooser):
    """Wagtail's chooser, narrowed to a kind, with the asset's live state under it."""

    template_name = "pages/admin/widgets/asset_chooser.html"
    model = "core.Asset"
    choose_another_text = _("Choose or upload another")
    link_to_chosen_text = _("Open in the media library")
    chooser_modal_url_name = "asset_chooser:choose"
    classname = "asset-chooser"

    def __init__(self, kind: str = "", **kwargs):
        self.kind = kind
        self.icon = ICONS[kind]
        self.choose_one_text = CHOOSE[kind]
        super().__init__(**{"linked_fields": LINKED, **kwargs})

    def get_chooser_modal_url(self):
        url = super().get_chooser_modal_url()
        return f"{url}?kind={self.kind}" if self.kind else url

    def get_value_data_from_instance(self, instance):
        data = super().get_value_data_from_instance(instance)
        return {**data, "id": str(instance.pk)}

    def get_context(self, name, value_data, attrs):
        context = super().get_context(name, value_data, attrs)
        state = reverse("media_library:state", args=[NOBODY]).replace(NOBODY, "__id__")
        return {**context, "state_url": state}

    def render(self, name, value, attrs=None, renderer=None):
        """Draw the field; its script is a controller, so that nothing stands inline."""
        data = self.get_value_data(value) or {}
        context = self.get_context(name, data, attrs or {})
        context["setup"] = json.dumps(self.get_js_init_options(None, name, data))
        return mark_safe(render_to_string(self.template_name, context))  # noqa: S308 - escaped there


register(BaseChooserAdapter(), AssetChooserWidget)
