"""The form field that holds an asset, and shows how its processing stands."""

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.telepath import register
from wagtail.admin.widgets.chooser import BaseChooser, BaseChooserAdapter

CHOOSE = {
    "": _("Choose or upload media"),
    "video": _("Choose or upload a video"),
    "audio": _("Choose or upload audio"),
    "file": _("Choose or upload a file"),
}
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
        super().__init__(**kwargs)

    def get_chooser_modal_url(self):
        url = super().get_chooser_modal_url()
        return f"{url}?kind={self.kind}" if self.kind else url

    def get_value_data_from_instance(self, instance):
        data = super().get_value_data_from_instance(instance)
        return {**data, "id": str(instance.pk)}

    def get_context(self, name, value_data, attrs):
        context = super().get_context(name, value_data, attrs)
        return {**context, "state_url": reverse("media_library:state", args=["__id__"])}

    @cached_property
    def media(self):
        return super().media + forms.Media(
            css={"all": ["css/admin.css"]}, js=[forms.Script("js/admin.js", type="module")]
        )


register(BaseChooserAdapter(), AssetChooserWidget)
