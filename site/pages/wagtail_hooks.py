"""What the pages add to Wagtail's admin."""

from django.contrib.auth.models import Permission
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.admin.search import SearchArea
from wagtail.admin.widgets.button import Button, ListingButton
from wagtail.models import Page
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from core.media.models import Asset
from core.media.permissions import policy
from core.members.queries import sites_of
from pages.models import Category, Event, Podcast, Program

from .admin import categories, home, listings, menu, publishing
from .admin.events import attendance
from .admin.media import bulk, chooser, moves
from .admin.media import viewset as library
from .admin.media.forms import GroupAssetPermissionFormSet
from .admin.media.words import upload_words
from .admin.outline import views as outline
from .admin.podcasts import feeds, imports
from .admin.tenancy import within
from .events.changes import follow, follow_soon, tell_before_deleting

register_permission_policy(Asset, policy)
register_snippet(categories.CategoryViewSet)
ICONS = ["grip", "headphones"]


@hooks.register("register_admin_viewset")
def viewsets():
    return [
        chooser.viewset,
        library.viewset,
        outline.viewset,
        attendance.viewset,
        feeds.viewset,
        imports.viewset,
        *listings.VIEWSETS,
    ]


@hooks.register("register_icons")
def icons(known):
    return [*known, *(f"pages/admin/icons/{name}.svg" for name in ICONS)]


# --- the frame ----------------------------------------------------------------------------


@hooks.register("insert_global_admin_css")
def styles():
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("insert_global_admin_js")
def scripts():
    pieces = render_to_string("pages/admin/media/uploads.html", {"words": upload_words()})
    return pieces + format_html('<script type="module" src="{}"></script>', static("js/admin.js"))


@hooks.register("register_admin_menu_item")
def media_item():
    return menu.media_item()


@hooks.register("register_admin_menu_item")
def feeds_item():
    return menu.feeds_item()


@hooks.register("register_page_listing_more_buttons")
def import_button(page, user, next_url=None):
    is_show = page.specific_class is Podcast
    if is_show and page.permissions_for_user(user).can_publish():
        address = reverse("podcast_import:bring", args=[page.pk])
        yield Button(_("Bring in episodes"), address, icon_name="download", priority=70)


@hooks.register("construct_main_menu")
def tune_menu(request, items):
    menu.tune(request, items)


@hooks.register("construct_help_menu")
def quiet_help(request, items):
    items[:] = [item for item in items if not item.name.startswith("whats-new")]


@hooks.register("construct_homepage_panels")
def home_panels(request, panels):
    panels[:] = [panel for panel in panels if getattr(panel, "name", "") != "site_summary"]
    panels += [home.Begin(request), home.MediaAtWork(request), home.ComingUp(request)]


@hooks.register("construct_homepage_summary_items")
def no_summary(request, items):
    items.clear()


class MediaSearchArea(SearchArea):
    def is_shown(self, request):
        return policy.user_has_any_permission(request.user, ["add", "change", "choose"])


@hooks.register("register_admin_search_area")
def media_search():
    return MediaSearchArea(
        _("Media"), reverse("media_library:index"), name="media", icon_name="media", order=150
    )


@hooks.register("construct_search")
def no_documents_search(request, areas):
    areas[:] = [area for area in areas if area.name != "documents"]


# --- media --------------------------------------------------------------------------------


class AssetFinder(ModelAdminURLFinder):
    edit_url_name = "media_library:edit"


register_admin_url_finder(Asset, AssetFinder)

for action in (*bulk.ACTIONS, moves.MoveTo):
    hooks.register("register_bulk_action", action)


@hooks.register("register_group_permission_panel")
def asset_permissions():
    return GroupAssetPermissionFormSet


@hooks.register("register_permissions")
def category_permissions():
    return Permission.objects.filter(
        content_type__app_label="pages", content_type__model="category"
    )


@hooks.register("describe_collection_contents")
def assets_in_collection(collection):
    count = Asset.objects.filter(collection=collection).count()
    if not count:
        return None
    return {
        "count": count,
        "count_text": ngettext("%(count)s media item", "%(count)s media items", count)
        % {"count": count},
        "url": f"{reverse('media_library:index')}?collection={collection.pk}",
    }


@hooks.register("before_bulk_action")
def own_categories_only(request, action_type, objects, action):
    if action.model is Category:
        categories.refuse_other_sites(request, objects)


# --- pages --------------------------------------------------------------------------------


@hooks.register("after_publish_page")
def care_for_media(request, page):
    publishing.warn_about_media(request, page)


@hooks.register("after_publish_page")
def follow_event(request, page):
    if isinstance(page.specific_deferred, Event):
        follow(event=page)


@hooks.register("after_unpublish_page")
def follow_withdrawn_events(request, page):
    follow_soon()


@hooks.register("before_delete_page")
def tell_of_deleted_events(request, page):
    if request.method == "POST":
        tell_before_deleting([page])


@hooks.register("before_bulk_action")
def tell_of_many_deleted_events(request, action_type, objects, action):
    if action.model is Page and action_type == "delete":
        tell_before_deleting(objects)


@hooks.register("after_bulk_action")
def follow_many_events(request, action_type, objects, action):
    if action.model is Page and action_type in {"publish", "unpublish"}:
        follow_soon()


def _outline_button(page, kind):
    if isinstance(page.specific_deferred, Program):
        there = reverse("outline:show", args=[page.pk])
        yield kind(_("Outline"), there, icon_name="list-ul", priority=5)


def _attendance_button(page, kind):
    if isinstance(page.specific_deferred, Event):
        there = reverse("attendance:show", args=[page.pk])
        yield kind(_("Who comes"), there, icon_name="group", priority=5)


@hooks.register("register_page_header_buttons")
def ours_in_header(page, user, view_name, next_url=None):
    yield from _outline_button(page, Button)
    yield from _attendance_button(page, Button)


@hooks.register("register_page_listing_buttons")
def ours_in_listing(page, user, next_url=None):
    yield from _outline_button(page, ListingButton)
    yield from _attendance_button(page, ListingButton)


@hooks.register("construct_page_chooser_queryset")
def own_sites_only(pages, request):
    if request.user.is_superuser:
        return pages
    return pages & within(sites_of(request.user), type(pages)(pages.model))


@hooks.register("construct_document_chooser_queryset")
def no_documents(documents, request):
    return documents.none()
