"""What may be done to many assets at once: file, tag, delete."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.widgets import AdminTagWidget

from core.media import services
from core.media.models import Asset
from core.media.permissions import policy

from ..tenancy import is_uuid
from .library import AssetFilters
from .queries import count_uses, matching
from .state import SEE


class AssetBulkAction(BulkAction):
    """Every bulk action stays within what the editor may change."""

    models = [Asset]
    template_name = "pages/admin/media/bulk.html"
    question = ""

    @classmethod
    def get_queryset(cls, model, object_ids):
        named = Asset.objects.filter(pk__in=filter(is_uuid, object_ids))
        return list(named.select_related("site", "collection"))

    def check_perm(self, obj):
        return policy.user_has_permission_for_instance(self.request.user, "change", obj)

    def get_actionable_objects(self):
        """Of what may not be changed, name what may be seen alone."""
        objects, refused = super().get_actionable_objects()
        named = [obj for obj in refused["items_with_no_access"] if self._may_see(obj)]
        return objects, {"items_with_no_access": named}

    def _may_see(self, obj):
        return policy.user_has_any_permission_for_instance(self.request.user, SEE, obj)

    def get_all_objects_in_listing_query(self, parent_id):
        listed = policy.instances_user_has_any_permission_for(self.request.user, SEE)
        narrowed = AssetFilters(self.request.GET, queryset=listed, request=self.request)
        found = narrowed.qs if narrowed.is_valid() else listed
        found = matching(found, self.request.GET.get("q", ""))
        return [str(pk) for pk in found.values_list("pk", flat=True)]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        assets = count_uses([item["item"] for item in context["items"]])
        context.update(
            assets=assets,
            refused=context["items_with_no_access"],
            used=[asset for asset in assets if asset.usage_count],
            question=self.question,
            display_name=self.display_name,
            is_deletion=self.action_type == "delete",
        )
        return context


class CollectionForm(forms.Form):
    collection = forms.ModelChoiceField(label=_("Collection"), queryset=None)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collection"].queryset = policy.collections_user_has_permission_for(user, "add")


class AddToCollection(AssetBulkAction):
    display_name = _("Add to collection")
    action_type = "add_to_collection"
    aria_label = _("Add the selected media to a collection")
    action_priority = 30
    form_class = CollectionForm
    question = _("Where do these belong?")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_execution_context(self):
        return {"collection": self.cleaned_form.cleaned_data["collection"]}

    @classmethod
    def execute_action(cls, objects, collection=None, **kwargs):
        numbers = [asset.pk for asset in objects]
        return Asset.objects.filter(pk__in=numbers).update(collection=collection), 0

    def get_success_message(self, num_parent_objects, num_child_objects):
        return ngettext("%d item moved.", "%d items moved.", num_parent_objects) % (
            num_parent_objects
        )


class TagForm(forms.Form):
    tags = forms.Field(label=_("Tags"), widget=AdminTagWidget)


class AddTags(AssetBulkAction):
    display_name = _("Tag")
    action_type = "add_tags"
    aria_label = _("Add tags to the selected media")
    action_priority = 20
    form_class = TagForm
    question = _("Which tags should these get?")

    @cached_property
    def words(self):
        typed = self.cleaned_form.cleaned_data["tags"].split(",")
        return [word.strip(' "') for word in typed if word.strip(' "')]

    def get_execution_context(self):
        return {"tags": self.words}

    @classmethod
    def execute_action(cls, objects, tags=(), **kwargs):
        for asset in objects:
            asset.tags.add(*tags)
        return len(objects), 0

    def get_success_message(self, num_parent_objects, num_child_objects):
        return ngettext("%d item tagged.", "%d items tagged.", num_parent_objects) % (
            num_parent_objects
        )


class Delete(AssetBulkAction):
    display_name = _("Delete")
    action_type = "delete"
    aria_label = _("Delete the selected media")
    action_priority = 100
    classes = {"serious"}
    question = _("Delete these for good? Every file of theirs goes with them.")

    def check_perm(self, obj):
        return policy.user_has_permission_for_instance(self.request.user, "delete", obj)

    @classmethod
    def execute_action(cls, objects, **kwargs):
        for asset in objects:
            services.delete(asset)
        return len(objects), 0

    def get_success_message(self, num_parent_objects, num_child_objects):
        return ngettext("%d item deleted.", "%d items deleted.", num_parent_objects) % (
            num_parent_objects
        )


ACTIONS = (AddTags, AddToCollection, Delete)
