"""What every page's frame shows: brand, theme, navigation. Evaluated only where a template asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

THEMES = ("light", "dark")
ICONS = {
    "program": "book-open",
    "podcast": "headphones",
    "coaching": "calendar-days",
    "help": "life-buoy",
}
SHORT = {"podcast": _("Listen"), "coaching": _("Coaching"), "program": _("Learn")}
TABS = 4


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation; ``short`` is its word under a thumb."""

    label: str
    url: str
    icon: str = "circle"
    kind: str = ""
    order: int = 100
    is_current: bool = False

    @property
    def short(self) -> str:
        return str(SHORT.get(self.kind, self.label))


class Shell:
    """The frame of one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def site(self) -> Site | None:
        return Site.find_for_request(self.request)

    @cached_property
    def is_member(self) -> bool:
        user = getattr(self.request, "user", None)
        is_public = getattr(self.request, "is_public_page", False)
        return bool(user and user.is_authenticated and not is_public)

    @cached_property
    def theme(self) -> str:
        chosen = self.request.COOKIES.get("theme", "")
        return chosen if self.is_member and chosen in THEMES else ""

    @cached_property
    def is_folded(self) -> bool:
        return self.is_member and self.request.COOKIES.get("sidebar") == "folded"

    @cached_property
    def brand_name(self) -> str:
        return (self.site and self.site.site_name) or "Lectern"

    @cached_property
    def brand_url(self) -> str:
        return ""

    @cached_property
    def logo_url(self) -> str:
        return ""

    @cached_property
    def origin(self) -> str:
        return f"{self.request.scheme}://{self.request.get_host()}"

    @cached_property
    def social_image(self) -> str:
        return static("img/social.png")

    @cached_property
    def pages(self) -> list[Link]:
        """The pages right below the site's root: one query."""
        if not self.site:
            return []
        root = self.site.root_page
        children = Page.objects.filter(
            path__startswith=root.path, depth=root.depth + 1, live=True
        ).order_by("path")[:40]
        return [self._page_link(child, root) for child in children]

    def _page_link(self, page: Page, root: Page) -> Link:
        kind = ContentType.objects.get_for_id(page.content_type_id).model
        url = "/" + page.url_path.removeprefix(root.url_path)
        link = Link(page.title, url, ICONS.get(kind, "file-text"), kind)
        return replace(link, is_current=self.request.path.startswith(url))

    def _of(self, *kinds: str) -> list[Link]:
        return [link for link in self.pages if link.kind in kinds]

    @cached_property
    def navigation(self) -> list[Link]:
        return [self._dashboard(), *self._of("program"), *self._of("podcast", "coaching")]

    def _dashboard(self) -> Link:
        url = reverse("dashboard")
        return Link(_("Home"), url, "house", is_current=self.request.path == url)

    @cached_property
    def navigation_below(self) -> list[Link]:
        return self._of("help")

    @cached_property
    def tabs(self) -> list[Link]:
        first = list({link.kind: link for link in reversed(self.navigation)}.values())[::-1]
        return (first + [link for link in self.navigation_below])[:TABS]

    @cached_property
    def public_links(self) -> Iterable[Link]:
        return self._of("program", "podcast", "coaching", "help")

    @cached_property
    def footer_links(self) -> Iterable[Link]:
        return self._of("standard")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame."""
    return {"shell": Shell(request)}
