"""What every page's frame shows: brand, theme, navigation; evaluated only where a template asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zlib import crc32

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from core.access.queries import Reach, joinable, reach_of, within
from core.contract import ask
from core.database.statements import statement
from core.notify.queries import unread, unread_beside

from .colour import Brand, brand_from
from .models.brand import BrandSettings

THEMES = ("light", "dark")
ICONS = {
    "program": "book-open",
    "podcast": "headphones",
    "coaching": "calendar-days",
    "help": "life-buoy",
}
SHOWN, TABS = 40, 4
SHELF = ("title", "url_path", "path", "content_type")
ROOT = ("title", "slug", "path", "depth", "numchild", "url_path", "live", "locale", "content_type")
FRAME = (
    *("hostname", "port", "site_name", "is_default_site", "brand"),
    *(f"root_page__{name}" for name in ROOT),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation; ``short`` is its word under a thumb."""

    label: str
    url: str
    icon: str = "circle"
    kind: str = ""
    short: str = ""
    is_current: bool = False
    path: str = ""  # in the tree


def site_of(request: HttpRequest) -> Site | None:
    """Return the request's site with its root and its brand, in one query.

    The choice is Wagtail's: host and port, else the host alone where it is the only one, else
    the default site. Wagtail finds the answer where it would have kept its own.
    """
    if not hasattr(request, "_wagtail_site"):
        host = split_domain_port(request._get_raw_host())[0]
        sites = _sites(host=host)
        named = [site for site in sites if site.hostname == host]
        exact = [site for site in named if str(site.port) == request.get_port()]
        default = [site for site in sites if site.is_default_site]
        alone = named if len(named) == 1 else [site for site in named if site.is_default_site]
        request._wagtail_site = next(iter([*exact, *alone, *default]), None)
    return request._wagtail_site


@statement
def _sites(*, host: str) -> QuerySet[Site]:
    rows = Site.objects.filter(Q(hostname=host) | Q(is_default_site=True))
    return rows.select_related("root_page", "brand__logo").only(*FRAME)


@statement
def _shelves(
    *,
    root: str,
    closed: list[str],
    edited: list[str],
    at: datetime,
    depth: int,
    member: int,
    site: int,
) -> Any:
    """The shelves, and beside them how much stands unread at the bell: one query for both."""
    seen = within(root=root, closed=closed, edited=edited, at=at)
    rows = Page.objects.filter(seen, depth=depth).order_by("path")
    return rows.values_list(*SHELF, unread_beside(member, site))[:SHOWN]


class Shell:
    """The frame of one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def site(self) -> Site | None:
        return site_of(self.request)

    @property
    def member(self) -> Any:
        return getattr(self.request, "user", None)

    @cached_property
    def reach(self) -> Reach:
        """How far this visitor sees: asked once, used by every list of the page."""
        return reach_of(self.member, self.site)

    @cached_property
    def seen(self) -> Q:
        return self.reach.visible()

    @cached_property
    def is_member(self) -> bool:
        if getattr(self.request, "is_front_page", False):
            return False  # said before anybody asks who is there
        return bool(self.member and self.member.is_authenticated)

    @cached_property
    def theme(self) -> str:
        chosen = self.request.COOKIES.get("theme", "")
        return chosen if self.is_member and chosen in THEMES else ""

    @cached_property
    def is_folded(self) -> bool:
        return self.is_member and self.request.COOKIES.get("sidebar") == "folded"

    # --- brand ------------------------------------------------------------------------------

    @cached_property
    def _brand(self) -> BrandSettings | None:
        return getattr(self.site, "brand", None)

    @cached_property
    def brand(self) -> Brand:
        return brand_from(self._brand.colour) if self._brand and self._brand.colour else Brand()

    @cached_property
    def brand_name(self) -> str:
        own = self._brand.name if self._brand else ""
        return own or (self.site.site_name if self.site else "") or "Lectern"

    @cached_property
    def brand_url(self) -> str:
        """The sheet's address changes with its content; the house's own brand needs none."""
        if self.brand == Brand():
            return ""
        return f"{reverse('brand')}?{crc32(self.brand.css.encode()):x}"

    @cached_property
    def logo_url(self) -> str:
        if not (self._brand and self._brand.logo):
            return ""
        return str(self._brand.logo.get_rendition("max-480x112|format-webp").url)

    @cached_property
    def origin(self) -> str:
        return f"{self.request.scheme}://{self.request.get_host()}"

    @cached_property
    def description(self) -> str:
        """What is said of a page that says nothing of itself."""
        return _("%s: programs, podcasts and coaching in one place.") % self.brand_name

    @cached_property
    def social_image(self) -> str:
        return static("img/social.png")

    # --- navigation -------------------------------------------------------------------------

    @cached_property
    def pages(self) -> list[Link]:
        """The pages right below the site's root, in one query."""
        if self.site is None:
            return []
        depth = self.site.root_page.depth + 1
        if self.is_member:
            rows = [row[:-1] for row in self._shelves]
        else:
            here = Page.objects.filter(joinable(self.site), depth=depth).order_by("path")
            rows = here.values_list(*SHELF)[:SHOWN]
        return [self._page_link(*row) for row in rows]

    @cached_property
    def _shelves(self) -> list[Any]:
        whose = {"member": self.member.pk, "site": self.site.pk}
        return _shelves(depth=self.site.root_page.depth + 1, **whose, **self.reach.values)

    @cached_property
    def unread(self) -> int:
        """How much stands unread at the member's bell."""
        if not (self.is_member and self.site and self.member.pk):
            return 0
        if self._shelves:
            return self._shelves[0][-1] or 0
        return unread(self.member, self.site)

    def _page_link(self, title: str, url_path: str, path: str, content_type: int) -> Link:
        kind = ContentType.objects.get_for_id(content_type).model
        url = "/" + url_path.removeprefix(self.site.root_page.url_path)
        words = {"program": _("Learn"), "podcast": _("Listen"), "coaching": _("Coaching")}
        is_current = self.request.path.startswith(url)
        icon, short = ICONS.get(kind, "file-text"), words.get(kind, title)
        return Link(title, url, icon, kind, short, is_current, path)

    def _of(self, *kinds: str) -> list[Link]:
        return [link for link in self.pages if link.kind in kinds]

    @cached_property
    def home(self) -> Link:
        url = reverse("dashboard")
        return Link(_("Home"), url, "house", "home", _("Home"), self.request.path == url)

    @cached_property
    def navigation(self) -> tuple[Link, ...]:
        plugins = (
            Link(str(piece.label), piece.url, piece.icon, "plugin", str(piece.label))
            for piece in self.pieces
            if not getattr(piece, "is_broken", False)
        )
        return (self.home, *self._of("program"), *self._of("podcast", "coaching"), *plugins)

    @property
    def broken(self) -> list[Any]:
        """A named box for each plugin whose links could not be had."""
        return [piece for piece in self.pieces if getattr(piece, "is_broken", False)]

    @cached_property
    def pieces(self) -> list[Any]:
        """What plugins answer for the navigation, in their order."""
        pieces = ask("navigation", site=self.site, request=self.request) if self.site else []
        return sorted(pieces, key=lambda piece: piece.order)

    @cached_property
    def navigation_below(self) -> tuple[Link, ...]:
        return tuple(self._of("help"))

    @cached_property
    def tabs(self) -> tuple[Link, ...]:
        """One of each kind, four at most; a second program is found on the dashboard."""
        kinds = {link.kind: link for link in reversed([self.home, *self.pages])}
        wanted = ("home", "program", "podcast", "coaching", "help")
        return tuple(kinds[kind] for kind in wanted if kind in kinds)[:TABS]

    @cached_property
    def public_links(self) -> list[Link]:
        return self._of("program", "podcast", "coaching", "help")

    @cached_property
    def footer_links(self) -> list[Link]:
        return self._of("standard")


def shell_of(request: HttpRequest) -> Shell:
    """Return the request's frame, the same one however often it is asked for."""
    kept = getattr(request, "_lectern_shell", None)
    if kept is None:
        kept = request._lectern_shell = Shell(request)
    return kept


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame."""
    return {"shell": shell_of(request)}
