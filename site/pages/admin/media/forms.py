"""Forms of the media library."""

import django_filters
from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.collections import (
    BaseCollectionMemberForm,
    collection_member_permission_formset_factory,
)
from wagtail.admin.widgets import AdminTagWidget
from wagtail.models import Site

from core.media.models import Asset
from core.media.permissions import policy
from core.members.queries import sites_of

from .state import clock


class StillSelect(forms.RadioSelect):
    """Frames to choose a poster from, each its own picture."""

    asset: Asset
    times: dict[int, str]
    template_name = "pages/admin/media/stills.html"
    option_template_name = "pages/admin/media/still.html"

    def _render(self, template_name, context, renderer=None):
        """Form widgets are drawn by a renderer that knows none of our templates."""
        return mark_safe(render_to_string(template_name, context))  # noqa: S308 - escaped there

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["time"] = self.times[int(value)]
        option["src"] = reverse("media_library:still", args=[self.asset.pk, int(value)])
        return option


GroupAssetPermissionFormSet = collection_member_permission_formset_factory(
    Asset,
    [
        ("add_asset", _("Add"), _("Upload media, and edit what you uploaded")),
        ("change_asset", _("Edit"), _("Edit, retry and delete any media")),
        ("choose_asset", _("Choose"), _("Choose media in the editor")),
    ],
    "pages/admin/media/permissions.html",
)


class AssetFilters(WagtailFilterSet):
    """How a library is narrowed."""

    status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=Asset.Status.choices, widget=forms.CheckboxSelectMultiple
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"), choices=Asset.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    tag = django_filters.ModelMultipleChoiceFilter(
        label=_("Tag"),
        field_name="tags",
        queryset=Tag.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        distinct=True,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        user = self.request.user
        allowed = policy.instances_user_has_any_permission_for(user, ["choose", "change"])
        tags = Tag.objects.filter(asset__in=allowed).distinct().order_by("name")
        self.filters["tag"].queryset = tags
        if not tags.exists():
            del self.filters["tag"]
        self._offer("collection", _("Collection"), self._collections(user))
        self._offer("site", _("Site"), sites_of(user))

    def _collections(self, user):
        return policy.collections_user_has_any_permission_for(user, ["choose", "change", "add"])

    def _offer(self, name, label, choices):
        if choices.count() > 1:
            self.filters[name] = django_filters.ModelChoiceFilter(
                field_name=name, label=label, queryset=choices
            )

    class Meta:
        model = Asset
        fields: list[str] = []


class AssetForm(BaseCollectionMemberForm):
    """What an editor may change about an asset."""

    permission_policy = policy
    still = forms.ChoiceField(
        label=_("Poster"),
        required=False,
        help_text=_("Frames of the video, the most telling first. Choose one, then save."),
        widget=StillSelect,
    )
    poster_file = forms.FileField(
        label=_("Another poster"),
        required=False,
        help_text=_("A JPEG, PNG or WebP picture of your own."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    class Meta:
        model = Asset
        fields = ["title", "collection", "tags"]
        widgets = {"tags": AdminTagWidget}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.kind == Asset.Kind.FILE:
            del self.fields["poster_file"]
        self._offer_stills()
        if "collection" in self.fields:
            self.fields["collection"].label = _("Collection")

    def _offer_stills(self):
        frames = list(self.instance.poster_candidates.all())
        if len(frames) < 2:
            del self.fields["still"]
            return
        times = {frame.position: clock(frame.seconds) or "0:00" for frame in frames}
        widget = self.fields["still"].widget
        widget.asset, widget.times = self.instance, times
        self.fields["still"].choices = [
            (str(position), _("Frame at %s") % time) for position, time in times.items()
        ]

    def save(self, commit=True):
        """Write what the form has and nothing else: workers write the same row meanwhile."""
        asset = super().save(commit=False)
        if commit:
            asset.save(update_fields=["title", "collection", "changed_at"])
            self._save_m2m()
        return asset


class UploadForm(forms.Form):
    """Where new media goes."""

    collection = forms.ModelChoiceField(label=_("Collection"), queryset=None, empty_label=None)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        collections = policy.collections_user_has_permission_for(user, "add")
        self.fields["collection"].queryset = collections
        if collections.count() < 2:
            del self.fields["collection"]


def sites_line(user) -> list[Site]:
    """Return the editor's sites, for a choice among more than one."""
    found = list(sites_of(user))
    return found if len(found) > 1 else []
