"""Members in the admin: known by e-mail, and never a way to more rights than one has."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import (
    CreateView,
    DeleteView,
    EditView,
    IndexView,
    UserColumn,
    UserViewSet,
)

from core.members.models import Member

FIELDS = ["email", "name", "is_superuser", "groups"]


class NewMemberForm(UserCreationForm):
    """A new member: e-mail, name, password, groups."""

    first_name = last_name = None

    class Meta(UserCreationForm.Meta):
        fields = FIELDS
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def clean_email(self):
        return taken_once(self.cleaned_data["email"], self.instance)


class MemberForm(UserEditForm):
    """A member's account."""

    first_name = last_name = None

    class Meta(UserEditForm.Meta):
        fields = [*FIELDS, "is_active", "timezone"]
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def clean_email(self):
        return taken_once(self.cleaned_data["email"], self.instance)


def taken_once(email: str, member: Member) -> str:
    """Return the address in small letters, unless somebody else has it."""
    if Member.objects.filter(email__iexact=email).exclude(pk=member.pk).exists():
        raise forms.ValidationError(_("Somebody has this address already."))
    return email.lower()


class OnlyAdministratorsMakeAdministrators:
    """Whoever is no administrator neither makes, changes nor deletes one."""

    def dispatch(self, request, *args, **kwargs):
        target = getattr(self, "object", None)
        if target is None and self.kwargs.get("pk"):
            target = Member.objects.filter(pk=self.kwargs["pk"]).first()
        if target is not None and target.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
            self._offer_own_groups(form)
        return form

    def _offer_own_groups(self, form):
        """Groups that open what the giver cannot do themself stay out of reach."""
        mine = self.request.user.get_all_permissions()
        field = form.fields.get("groups")
        if field is None:
            return
        beyond = [group.pk for group in field.queryset if not _rights_of(group) <= mine]
        field.queryset = field.queryset.exclude(pk__in=beyond)


def _rights_of(group) -> set[str]:
    rows = group.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{name}" for app, name in rows}


class MemberIndexView(IndexView):
    """Everybody with an account; search by name or address."""

    page_title = _("Members")
    add_item_label = _("Add a member")
    search_fields = ["email", "name"]

    @cached_property
    def columns(self):
        title = self._get_title_column_class(UserColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            title(
                "name",
                accessor=str,
                label=_("Name"),
                sort_key="name",
                get_url=self.get_edit_url,
                classname="name",
            ),
            Column("email", label=_("E-mail"), sort_key="email"),
            Column("groups", label=_("Groups"), accessor=_groups_line),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
            DateColumn("joined_at", label=_("Joined"), sort_key="joined_at"),
            DateColumn("last_login", label=_("Last seen"), sort_key="last_login"),
        ]

    def get_base_queryset(self):
        return Member.objects.select_related("wagtail_userprofile").prefetch_related("groups")

    def order_queryset(self, queryset):
        if self.ordering in ("name", "-name"):
            return queryset.order_by(self.ordering, "email")
        return super().order_queryset(queryset)

    def search_queryset(self, queryset):
        words = self.search_query
        return queryset.filter(Q(email__icontains=words) | Q(name__icontains=words))


def _groups_line(member: Member) -> str:
    names = [group.name for group in member.groups.all()]
    return ", ".join([str(_("Administrator"))] * member.is_superuser + names)


class MemberCreateView(OnlyAdministratorsMakeAdministrators, CreateView):
    page_title = _("Add a member")


class MemberEditView(OnlyAdministratorsMakeAdministrators, EditView):
    pass


class MemberDeleteView(OnlyAdministratorsMakeAdministrators, DeleteView):
    pass


class MemberViewSet(UserViewSet):
    menu_label = _("Members")
    menu_order = 320
    add_to_settings_menu = False
    add_to_admin_menu = True
    ordering = "email"
    index_view_class = MemberIndexView
    add_view_class = MemberCreateView
    edit_view_class = MemberEditView
    delete_view_class = MemberDeleteView

    def get_form_class(self, for_update=False):
        return MemberForm if for_update else NewMemberForm
