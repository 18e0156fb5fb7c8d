"""Categories: the shelves of a site."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import (
    DeleteView,
    EditView,
    HistoryView,
    SnippetViewSet,
    UsageView,
)

from core.members.queries import sites_of
from pages.models import Category


class CategoryForm(WagtailAdminModelForm):
    """Offers the editor's own sites."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        mine = sites_of(self.for_user)
        self.fields["site"].queryset = mine
        if not self.instance.site_id:
            self.fields["site"].initial = mine.first()


def refuse_other_sites(request, categories) -> None:
    """Stop whoever reaches for another site's shelf."""
    mine = set(sites_of(request.user).values_list("pk", flat=True))
    if any(category.site_id not in mine for category in categories):
        raise PermissionDenied


class OwnSites:
    """Opens categories of the editor's own sites only."""

    def get_object(self, *args, **kwargs):
        category = super().get_object(*args, **kwargs)
        refuse_other_sites(self.request, [category])
        return category


class CategoryEdit(OwnSites, EditView):
    pass


class CategoryDelete(OwnSites, DeleteView):
    pass


class CategoryHistory(OwnSites, HistoryView):
    pass


class CategoryUsage(OwnSites, UsageView):
    pass


class CategoryViewSet(SnippetViewSet):
    model = Category
    icon = "tag"
    menu_label = _("Categories")
    menu_order = 310
    add_to_admin_menu = True
    list_display = ["name", "site"]
    search_fields = ["name"]
    edit_view_class = CategoryEdit
    delete_view_class = CategoryDelete
    history_view_class = CategoryHistory
    usage_view_class = CategoryUsage
    copy_view_enabled = False
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("slug"), FieldPanel("site")],
        base_form_class=CategoryForm,
    )

    def get_queryset(self, request):
        return Category.objects.filter(site__in=sites_of(request.user)).select_related("site")
