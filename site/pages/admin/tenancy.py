"""Which site a page or an editor belongs to: a site is a tenant."""

from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import Page, Site
from wagtail.permission_policies.pages import PagePermissionPolicy


def site_of_page(page: Page) -> Site | None:
    """Return the site under whose root ``page`` stands: the deepest root wins."""
    paths = [page.path[:end] for end in range(Page.steplen, len(page.path) + 1, Page.steplen)]
    return Site.objects.filter(root_page__path__in=paths).order_by("-root_page__path").first()


def sites_of(user) -> QuerySet[Site]:
    """Return the sites in whose tree ``user`` may touch a page."""
    sites = Site.objects.order_by("-is_default_site", "hostname", "port")
    if user.is_superuser:
        return sites
    granted = PagePermissionPolicy(Page).instances_user_has_any_permission_for(
        user, {"add", "change", "publish"}
    )
    inside = granted.order_by().filter(path__startswith=OuterRef("root_page__path"))
    return sites.filter(Exists(inside))
