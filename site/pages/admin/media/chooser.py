"""Choosing media in the editor: what is there, or a file brought in on the spot."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from core.media.models import Asset
from core.media.permissions import policy

from ..tenancy import chosen_site, is_uuid
from ..widgets import AssetChooserWidget
from .forms import UploadForm
from .pictures import add_posters
from .queries import matching, with_cards
from .state import clock, standing_of

PASSED_ON = ["multiple", "kind", "site"]


class ChooserFilters(BaseFilterForm):
    """Search, status and collection."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Title, tag or file name")}),
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Any")), *Asset.Status.choices],
        widget=forms.Select(attrs={"data-chooser-modal-search-filter": True}),
    )
    collection = forms.ModelChoiceField(
        label=_("Collection"),
        required=False,
        queryset=None,
        empty_label=_("All"),
        widget=forms.Select(attrs={"data-chooser-modal-search-filter": True}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        shelves = policy.collections_user_has_permission_for(user, "choose")
        self.fields["collection"].queryset = shelves
        if shelves.count() < 2:
            del self.fields["collection"]

    def filter(self, objects):
        for name in ("status", "collection"):
            if self.cleaned_data.get(name):
                objects = objects.filter(**{name: self.cleaned_data[name]})
        self.search_query = self.cleaned_data.get("q", "")
        self.is_searching = bool(self.search_query)
        return matching(objects, self.search_query) if self.is_searching else objects


def choosable(request):
    """Return the assets an editor may choose here: of the page's site, of the wanted kind."""
    site = chosen_site(request)
    if site is None:
        raise PermissionDenied
    allowed = policy.instances_user_has_permission_for(request.user, "choose").filter(site=site)
    kind = request.GET.get("kind", "")
    return allowed.filter(kind=kind) if kind in Asset.Kind.values else allowed


class ChooseMixin:
    """The grid, scoped, with posters."""

    results_template_name = "pages/admin/media/chooser_results.html"
    creation_form_template_name = "pages/admin/media/chooser_upload.html"
    creation_tab_id = "upload"
    ordering = ["-created_at"]

    def get_object_list(self):
        return with_cards(choosable(self.request))

    def get_filter_form(self):
        return ChooserFilters(self.request.GET, user=self.request.user)

    def get_creation_form(self):
        return UploadForm(user=self.request.user)

    def get_creation_form_context_data(self, form):
        return {"creation_form": form}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        shown = add_posters(self.request, list(context["results"].object_list))
        for asset in shown:
            asset.standing = standing_of(asset)
            asset.length = clock(asset.duration)
        chosen = self.append_preserved_url_parameters("")
        context.update(
            shown=shown,
            chosen_query=chosen,
            site=chosen_site(self.request),
            kind=self.request.GET.get("kind", ""),
        )
        return context


class ChooseView(ChooseMixin, chooser.ChooseView):
    template_name = "pages/admin/media/chooser.html"


class ChooseResultsView(ChooseMixin, chooser.ChooseResultsView):
    pass


class ChosenView(chooser.ChosenView):
    """The chosen asset, if it may be chosen here."""

    def get_object(self, pk):
        if not is_uuid(pk):
            raise Http404
        return choosable(self.request).get(pk=pk)


class ChosenMultipleView(chooser.ChosenMultipleView):
    """The chosen assets, those that may be chosen here."""

    def get_objects(self, pks):
        return choosable(self.request).filter(pk__in=filter(is_uuid, pks))


class AssetChooserViewSet(ChooserViewSet):
    """Registered under ``asset_chooser``; uploads go to the tus endpoint, not through a form."""

    model = Asset
    icon = "media"
    choose_one_text = _("Choose media")
    page_title = _("Choose media")
    search_tab_label = _("Library")
    create_action_label = _("Upload")
    creation_tab_label = _("Upload")
    per_page = 12
    preserve_url_parameters = PASSED_ON
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    register_widget = False

    @property
    def widget_class(self):
        return AssetChooserWidget

    def get_urlpatterns(self):
        return [url for url in super().get_urlpatterns() if url.name != "create"]


viewset = AssetChooserViewSet("asset_chooser", url_prefix="media/choose")
