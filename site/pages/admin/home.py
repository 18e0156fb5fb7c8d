"""The first screen: what is in the works, what failed, what comes up."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import now
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.media.models import Asset
from core.media.permissions import policy
from pages.models import Event

from .media.pictures import add_posters
from .media.queries import BUSY, with_cards
from .media.state import SEE, standing_of

SHOWN = 6


class MediaAtWork(Component):
    """Videos in processing, and those that failed."""

    name = "media_at_work"
    order = 120
    template_name = "pages/admin/home/media.html"

    def __init__(self, request):
        self.request = request

    @cached_property
    def assets(self):
        allowed = policy.instances_user_has_any_permission_for(self.request.user, SEE)
        rows = with_cards(allowed).filter(status__in=[*BUSY, Asset.Status.FAILED])
        found = add_posters(self.request, list(rows.order_by("-changed_at")[:SHOWN]))
        for asset in found:
            asset.standing = standing_of(asset)
        return found

    def get_context_data(self, parent_context):
        return {"assets": self.assets, "library_url": reverse("media_library:index")}

    def render_html(self, parent_context=None):
        return super().render_html(parent_context) if self.assets else ""


class ComingUp(Component):
    """The next events."""

    name = "coming_up"
    order = 130
    template_name = "pages/admin/home/events.html"

    def __init__(self, request):
        self.request = request

    @cached_property
    def events(self):
        seen = PagePermissionPolicy(Page).explorable_instances(self.request.user)
        mine = Event.objects.filter(pk__in=seen.values("pk"), ends_at__gte=now())
        return list(mine.defer("body").order_by("starts_at")[:SHOWN])

    def get_context_data(self, parent_context):
        return {"events": self.events}

    def render_html(self, parent_context=None):
        return super().render_html(parent_context) if self.events else ""


class Begin(Component):
    """Where most days begin: three doors."""

    name = "begin"
    order = 40
    template_name = "pages/admin/home/begin.html"

    def __init__(self, request):
        self.request = request

    def get_context_data(self, parent_context):
        user = self.request.user
        return {
            "may_upload": policy.user_has_permission(user, "add"),
            "upload_url": reverse("media_library:add"),
            "programs_url": reverse("programs:index"),
            "events_url": reverse("events:index"),
        }
