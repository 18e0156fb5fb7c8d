"""Categories: the shelves of a site."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

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


class CategoryViewSet(SnippetViewSet):
    model = Category
    icon = "tag"
    menu_label = _("Categories")
    menu_order = 310
    add_to_admin_menu = True
    list_display = ["name", "site"]
    search_fields = ["name"]
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("slug"), FieldPanel("site")],
        base_form_class=CategoryForm,
    )

    def get_queryset(self, request):
        return Category.objects.filter(site__in=sites_of(request.user)).select_related("site")
