"""The media library: the list, one asset, and the door for new ones."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.tables import (
    BaseColumn,
    BulkActionsCheckboxColumn,
    Column,
    DateColumn,
    TitleColumn,
    UsageCountColumn,
)
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, ReferenceIndex

from core.media import services
from core.media.errors import MediaError
from core.media.models import Asset
from core.media.permissions import policy

from ..tenancy import chosen_site
from .captions.queries import rows_of, work_line
from .costs import Cost
from .forms import AssetFilters, AssetForm, UploadForm, sites_line
from .pictures import add_posters, poster_for
from .quality import quality_context
from .queries import count_uses, drafts_using, labels, matching, tally, with_cards
from .report import report_context
from .state import SEE, clock, standing_of, state_context


class PosterColumn(BaseColumn):
    """A small poster."""

    cell_template_name = "pages/admin/media/poster_cell.html"


class StateColumn(BaseColumn):
    """How it stands, live."""

    cell_template_name = "pages/admin/media/state_cell.html"


class IndexView(generic.IndexView):
    """Every asset the editor may see, as a grid of posters or a list."""

    model = Asset
    page_title = gettext_lazy("Media")
    header_icon = "media"
    add_item_label = gettext_lazy("Upload media")
    any_permission_required = ["add", "change", "choose"]
    filterset_class = AssetFilters
    index_url_name = "media_library:index"
    index_results_url_name = "media_library:index_results"
    add_url_name = "media_library:add"
    edit_url_name = "media_library:edit"
    usage_url_name = "media_library:usage"
    template_name = "pages/admin/media/index.html"
    results_template_name = "pages/admin/media/results.html"
    context_object_name = "assets"
    default_ordering = "-created_at"
    paginate_by = 24
    list_export: list[str] = []
    ORDERINGS = {
        "-created_at": gettext_lazy("Newest first"),
        "created_at": gettext_lazy("Oldest first"),
        "title": gettext_lazy("Title A to Z"),
        "-title": gettext_lazy("Title Z to A"),
        "-duration": gettext_lazy("Longest first"),
        "duration": gettext_lazy("Shortest first"),
    }

    is_searchable = True

    @cached_property
    def header_more_buttons(self):
        link = Button(
            _("Moves"), reverse("media_library:moves"), icon_name="arrow-right", priority=80
        )
        return [*super().header_more_buttons, link]

    def get_valid_orderings(self):
        return self.ORDERINGS.keys()

    def get_base_queryset(self):
        allowed = policy.instances_user_has_any_permission_for(self.request.user, SEE)
        return with_cards(allowed)

    def search_queryset(self, queryset):
        return matching(queryset, self.search_query) if self.is_searching else queryset

    @cached_property
    def layout(self):
        return "list" if self.request.GET.get("layout") == "list" else "grid"

    @cached_property
    def columns(self):
        title = self._get_title_column_class(TitleColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="asset"),
            PosterColumn("poster", label=_("Poster")),
            title("title", label=_("Title"), sort_key="title", get_url=self.get_edit_url),
            StateColumn("status", label=_("Status")),
            Column("kind", label=_("Kind"), accessor="get_kind_display"),
            Column("duration", label=_("Length"), accessor="length", sort_key="duration"),
            Column("collection", label=_("Collection"), accessor="collection.name"),
            UsageCountColumn("usage_count", label=_("Usage")),
            DateColumn("created_at", label=_("Added"), sort_key="created_at"),
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        shown = list(context["object_list"])
        add_posters(self.request, count_uses(shown))
        for asset in shown:
            asset.standing = standing_of(asset)
            asset.length = clock(asset.duration)
        context.update(
            object_list=shown,
            assets=shown,
            table=self.get_table(shown),
            layout=self.layout,
            orderings=self.ORDERINGS,
            current_ordering=self.ordering,
            tally=tally(self.get_base_queryset()),
            next=f"{self.index_url}?{self.request.META.get('QUERY_STRING', '')}",
        )
        return context


class EditView(generic.EditView):
    """One asset: a look at it, its words, its stages, what it is made of, and who uses it."""

    model = Asset
    form_class = AssetForm
    permission_required = "change"
    header_icon = "media"
    template_name = "pages/admin/media/edit.html"
    index_url_name = "media_library:index"
    edit_url_name = "media_library:edit"
    delete_url_name = "media_library:delete"
    usage_url_name = "media_library:usage"
    success_message = gettext_lazy("“%(object)s” saved.")
    error_message = gettext_lazy("The changes could not be saved. See below.")

    def get_queryset(self):
        return with_cards(policy.instances_user_has_any_permission_for(self.request.user, SEE))

    def get_object(self, queryset=None):
        asset = super().get_object(queryset)
        if self.request.method == "POST" and not self._may_change(asset):
            raise PermissionDenied
        return asset

    def _may_change(self, asset):
        return policy.user_has_permission_for_instance(self.request.user, "change", asset)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def is_valid(self, form):
        if not super().is_valid(form):
            return False
        picture = form.cleaned_data.get("poster_file")
        try:
            if picture:
                services.replace_poster(self.object, picture)
            elif form.cleaned_data.get("still"):
                services.choose_poster(self.object, int(form.cleaned_data["still"]))
        except MediaError as error:
            form.add_error("poster_file" if picture else "still", str(error))
            return super().is_valid(form)
        return True

    def get_success_url(self):
        return self.get_edit_url()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        asset = self.object
        report = report_context(self.request, asset)
        context.update(
            {**state_context(self.request, asset), **quality_context(asset)},
            poster_src=poster_for(self.request, asset),
            **report,
            facts=facts_of(asset) + cost_facts(report["report_all_cost"]),
            uses=usage_lines(asset, self.request.user),
            transcripts=rows_of(asset),
            work=work_line(asset),
            length=clock(asset.duration),
        )
        return context


def usage_lines(asset: Asset, user) -> list[dict]:
    """Name what uses an asset, drafts too; what is not the editor's is only counted."""
    things = [thing for thing, _found in ReferenceIndex.get_grouped_references_to(asset)]
    live = {thing.pk for thing in things if isinstance(thing, Page)}
    drafts = [page for page in drafts_using(asset) if page.pk not in live]
    finder = AdminURLFinder(user)
    return [
        {"thing": thing, "url": finder.get_edit_url(thing), "is_draft": thing in drafts}
        for thing in (*things, *drafts)
    ]


def facts_of(asset: Asset) -> list[tuple[str, str]]:
    """What the probe found, in words."""
    probe = asset.probe or {}
    size = f"{asset.width} × {asset.height}" if asset.width and asset.height else ""
    rate = probe.get("frame_rate")
    facts = [
        (_("File"), asset.file_name),
        (_("Length"), clock(asset.duration)),
        (_("Picture"), size),
        (_("Frames a second"), f"{rate:g}" if rate else ""),
        (_("Video"), probe.get("video_codec", "")),
        (_("Sound"), probe.get("audio_codec", "")),
        (_("Container"), container_of(probe)),
        (
            _("Plays from"),
            labels().get(asset.provider, asset.provider) if asset.playable_at else "",
        ),
    ]
    return [(name, value) for name, value in facts if value]


def cost_facts(cost: Cost) -> list[tuple[str, str]]:
    """Say what an asset cost so far, where anything of it has a price."""
    return [] if cost.micros is None else [(_("Cost so far"), cost.money)]


def container_of(probe: dict) -> str:
    """Name a container the way people do."""
    name = probe.get("container", "")
    known = {"mov,": "MP4 / QuickTime", "matroska": "Matroska / WebM"}
    return next((words for start, words in known.items() if name.startswith(start)), name)


class DeleteView(generic.DeleteView):
    """Deletes an asset and every byte of it; says first who uses it."""

    model = Asset
    permission_required = "delete"
    header_icon = "media"
    template_name = "pages/admin/media/confirm_delete.html"
    index_url_name = "media_library:index"
    edit_url_name = "media_library:edit"
    delete_url_name = "media_library:delete"
    usage_url_name = "media_library:usage"
    page_title = gettext_lazy("Delete media")

    def get_object(self, queryset=None):
        allowed = policy.instances_user_has_any_permission_for(self.request.user, ["delete"])
        return super().get_object(queryset or allowed)

    def delete_action(self):
        services.delete(self.object)

    def get_context_data(self, **kwargs):
        uses = usage_lines(self.object, self.request.user)
        return {**super().get_context_data(**kwargs), "uses": uses}


class UsageView(generic.UsageView):
    """Where an asset is used."""

    model = Asset
    header_icon = "media"
    index_url_name = "media_library:index"
    edit_url_name = "media_library:edit"
    usage_url_name = "media_library:usage"

    def get_object(self):
        asset = super().get_object()
        if not policy.user_has_any_permission_for_instance(self.request.user, SEE, asset):
            raise PermissionDenied
        return asset


class AddView(PermissionCheckedMixin, View):
    """The door for new media: many files at once, each resumable."""

    model = Asset
    permission_required = "add"

    def get(self, request):
        return render(
            request,
            "pages/admin/media/add.html",
            {
                "form": UploadForm(user=request.user),
                "site": chosen_site(request),
                "sites": sites_line(request.user),
                "breadcrumbs_items": [
                    {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                    {"url": reverse("media_library:index"), "label": _("Media")},
                    {"url": "", "label": _("Upload")},
                ],
                "page_title": _("Upload media"),
            },
        )
