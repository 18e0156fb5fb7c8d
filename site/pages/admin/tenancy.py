"""Which site a page or a request belongs to: a site is a tenant."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Page, Site

from core.members.queries import sites_of


def site_of_page(page: Page) -> Site | None:
    """Return the site under whose root ``page`` stands: the deepest root wins."""
    paths = [page.path[:end] for end in range(Page.steplen, len(page.path) + 1, Page.steplen)]
    return Site.objects.filter(root_page__path__in=paths).order_by("-root_page__path").first()


def chosen_site(request: HttpRequest) -> Site | None:
    """Return the site an editor works for: the one asked for, else the host's, else their first.

    None when the one asked for is not theirs.
    """
    mine = sites_of(request.user)
    asked = request.GET.get("site") or request.POST.get("site")
    if asked:
        return mine.filter(pk=asked).first() if asked.isdecimal() else None
    here = Site.find_for_request(request)
    return mine.filter(pk=here.pk if here else None).first() or mine.first()


def within(sites: QuerySet[Site], pages: QuerySet[Page]) -> QuerySet[Page]:
    """Return those of ``pages`` that stand under one of the sites' roots."""
    roots = sites.select_related("root_page")
    found = pages.none()
    for site in roots:
        found |= pages.descendant_of(site.root_page, inclusive=True)
    return found


def is_uuid(text: str) -> bool:
    """Tell whether ``text`` is an asset's id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
