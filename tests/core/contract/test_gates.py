"""What a plugin adds to URLs, to Wagtail and to the page tree looks at its switch."""

import asyncio

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import URLResolver, include, path
from django.urls.resolvers import RegexPattern
from wagtail import hooks as wagtail_hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page

from core.contract import gates, is_on, registry
from core.contract.discovery import Found
from core.contract.loading import Loaded
from core.contract.manifest import Manifest
from core.contract.services import flip
from pages.models import Standard

pytestmark = pytest.mark.usefixtures("db")


def request_to(site, address="/"):
    request = RequestFactory().get(address, headers={"host": site.hostname})
    request.user = AnonymousUser()
    return request


def hello(request):
    return HttpResponse("hello")


async def hello_later(request):
    return HttpResponse("hello")


@pytest.fixture
def shop(garden, site, other_site):
    """A plugin that is off here and on there."""
    garden.plant("shop")
    flip(site=site, plugin="shop", is_on=False)


def call(patterns, address, site):
    match = URLResolver(RegexPattern(r"^/"), patterns).resolve(address)
    return match.func(request_to(site), *match.args, **match.kwargs)


@pytest.mark.parametrize("address", ["/plain/", "/nested/inner/"])
def test_urls_are_there_where_the_plugin_is_on(shop, site, other_site, address):
    nested = path("nested/", include([path("inner/", hello)]))
    patterns = gates.switched_urls("shop", [path("plain/", hello, name="plain"), nested])
    assert call(patterns, address, other_site).content == b"hello"
    with pytest.raises(Http404):
        call(patterns, address, site)
    assert patterns[0].name == "plain"


def test_async_views_are_gated_too(shop, site, other_site):
    view = gates.switched_view("shop", hello_later)
    requests = [request_to(site), request_to(other_site)]
    for request, where in zip(requests, (site, other_site), strict=True):
        request._wagtail_site = where  # found already: another thread has another connection
    is_on("shop", site)
    with pytest.raises(Http404):
        asyncio.run(view(requests[0]))
    assert asyncio.run(view(requests[1])).content == b"hello"


def test_an_urls_module_that_fails_is_expelled_and_the_others_stay(garden):
    for name, body in (("bad_urls", "1 / 0"), ("good_urls", "urlpatterns = []")):
        garden.write(name, file=f"{name}/__init__.py")
        garden.write(name, body, head="", file=f"{name}/urls.py")
    registry.load([Found("bad_urls", "bad_urls"), Found("good_urls", "good_urls")])
    names = [resolver.namespace for resolver in gates.plugin_urls()]
    assert "good_urls" in names
    assert "bad_urls" not in names
    assert "division by zero" in registry.quarantine["bad_urls"].reason


@pytest.fixture
def with_hooks(garden):
    """Plant a folder with a wagtail_hooks.py and take its hooks away afterwards."""
    before = {name: list(rows) for name, rows in wagtail_hooks._hooks.items()}

    def plant(name, body):
        garden.write(name, file=f"{name}/__init__.py")
        garden.write(name, body, head="", file=f"{name}/wagtail_hooks.py")
        registry.load([Found(name, name)])
        gates._load_one(registry.plugins[name].found)

    yield plant
    wagtail_hooks._hooks.clear()
    wagtail_hooks._hooks.update(before)


def own(name):
    return [fn for fn, _ in wagtail_hooks._hooks.get(name, ()) if fn.__module__.startswith("shelf")]


HOOKS = """
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from django.http import HttpResponse

@hooks.register("register_admin_menu_item")
def item():
    return MenuItem("Shelf", "/admin/shelf/")

@hooks.register("construct_main_menu")
def menu(request, items):
    items.clear()

@hooks.register("construct_explorer_page_queryset")
def fewer(parent, pages, request):
    return pages.none()

@hooks.register("before_serve_page")
def instead(page, request, args, kwargs):
    return HttpResponse("instead")
"""


def test_wagtail_hooks_count_where_the_plugin_is_on(with_hooks, site, other_site):
    with_hooks("shelf", HOOKS)
    flip(site=site, plugin="shelf", is_on=False)
    here, there = request_to(site), request_to(other_site)
    [item] = [fn() for fn in own("register_admin_menu_item")]
    assert (item.is_shown(here), item.is_shown(there)) == (False, True)
    [menu] = own("construct_main_menu")
    for request, left in ((here, [1]), (there, [])):
        items = [1]
        menu(request, items)
        assert items == left
    [fewer] = own("construct_explorer_page_queryset")
    assert fewer(None, Page.objects.all(), here).exists()
    assert not fewer(None, Page.objects.all(), there).exists()
    [instead] = own("before_serve_page")
    assert instead(None, here, (), {}) is None
    assert instead(None, there, (), {}).content == b"instead"


def test_wagtail_hooks_that_fail_are_expelled_with_all_they_registered(with_hooks):
    with_hooks("shelf_broken", HOOKS + "\n1 / 0\n")
    assert "division by zero" in registry.quarantine["shelf_broken"].reason
    assert own("register_admin_menu_item") == []
    assert own("before_serve_page") == []


def test_viewsets_are_gated(shop, site, other_site):
    class Shelves(ViewSet):
        name = "shelves"
        menu_label = "Shelves"
        menu_url = "/admin/shelves/"

        def get_urlpatterns(self):
            return [path("", hello, name="index")]

    viewset = gates._gate_answer("shop", "register_admin_viewset", Shelves())
    patterns = viewset.get_urlpatterns()
    assert call(patterns, "/", other_site).content == b"hello"
    with pytest.raises(Http404):
        call(patterns, "/", site)
    item = viewset.get_menu_item()
    assert isinstance(item, MenuItem)
    assert (item.is_shown(request_to(site)), item.is_shown(request_to(other_site))) == (
        False,
        True,
    )


@pytest.fixture
def bookshop(site, other_site, monkeypatch):
    """Pretend that the standard page is a plugin's page type; off here, on there."""
    found = Found("bookshop", Standard.__module__)
    manifest = Manifest(name="bookshop", version="1", contract=1, summary="Books.")
    monkeypatch.setitem(registry.plugins, "bookshop", Loaded("bookshop", manifest, found, None))
    monkeypatch.setattr(Standard, "can_create_at", Standard.can_create_at, raising=False)
    gates.gate_page_types()
    flip(site=site, plugin="bookshop", is_on=False)


def test_page_types_are_offered_where_the_plugin_is_on(bookshop, site, other_site):
    from pages.models import Home

    for where, expected in ((site, False), (other_site, True)):
        home = where.root_page.add_child(instance=Home(title="Home", slug="home-of-books"))
        assert Standard.can_create_at(home) is expected


def test_pages_of_a_plugin_are_served_where_it_is_on(bookshop, site, other_site):
    page = Standard(title="A book")
    gates.refuse_page_of_switched_off(page, request_to(other_site))
    with pytest.raises(Http404):
        gates.refuse_page_of_switched_off(page, request_to(site))
    gates.refuse_page_of_switched_off(Page(title="No plugin's"), request_to(site))
